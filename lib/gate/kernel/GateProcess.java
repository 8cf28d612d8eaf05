package gate.kernel;

import gate.journal.Entry;
import gate.journal.Event.GateStarted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The processes that wrote a journal, or write it now. */
public final class GateProcess {
  /** How far two looks at the start of one process may lie apart. */
  private static final long SAME_MILLIS = Duration.ofSeconds(5).toMillis();

  private GateProcess() {}

  /** All that a journal tells of: one, and one more for each time that it was resumed. */
  static List<GateStarted> all(List<Entry> entries) {
    return entries.stream()
        .map(Entry::event)
        .filter(GateStarted.class::isInstance)
        .map(GateStarted.class::cast)
        .toList();
  }

  /** The last one that a journal tells of. */
  public static Optional<GateStarted> last(List<Entry> entries) {
    return all(entries).reversed().stream().findFirst();
  }

  /** Its pid, where one of them lives. */
  public static Optional<Long> living(List<Entry> entries) {
    return all(entries).stream().filter(GateProcess::lives).map(GateStarted::pid).findAny();
  }

  /** Whether it is alive, and neither this one nor another that got its number. */
  public static boolean lives(GateStarted gate) {
    return gate.pid() != ProcessHandle.current().pid() && lives(gate.pid(), gate.since());
  }

  /** Whether the process that has this pid started then, in milliseconds since 1970. */
  static boolean lives(long pid, long since) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(it -> it.info().startInstant())
        .filter(start -> Math.abs(start.toEpochMilli() - since) < SAME_MILLIS)
        .isPresent();
  }

  /** When a process started, in milliseconds since 1970; 0 where that can't be known. */
  static long since(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
