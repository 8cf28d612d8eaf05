package gate.kernel.process;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Processes that the gate started itself, without a guardian, and what those left to it. To be used
 * while the gate starts nothing else.
 */
public final class Adopted {
  private static final int TRIES = 500;
  private static final int PAUSE_MILLIS = 10;

  private final Set<Long> before = children().map(ProcessHandle::pid).collect(Collectors.toSet());

  private static java.util.stream.Stream<ProcessHandle> children() {
    return ProcessHandle.current().children();
  }

  /** Kills all that came since, with all below it, until there is none, or for five seconds. */
  public void end() throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      List<ProcessHandle> left = children().filter(it -> !before.contains(it.pid())).toList();
      if (left.isEmpty()) {
        return;
      }
      for (ProcessHandle process : left) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        if (Platform.whole()) {
          Libc.reap((int) process.pid());
        }
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }
}
