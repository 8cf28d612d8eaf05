package gate.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Lets a run come to its end when the JVM is told to go: by Ctrl-C, by SIGTERM, or by a script that
 * found a way to exit. The exit code is the run's then, never the one that somebody else chose. A
 * second Ctrl-C, or one behind a SIGTERM, waits for nothing: the guardians kill what runs.
 */
final class Interrupts implements AutoCloseable {
  private static final int INTERRUPTED = 130;
  private static final int SECONDS = 20;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicBoolean asked = new AtomicBoolean();
  private final Thread hook;
  private volatile int exitCode = INTERRUPTED;

  private Interrupts(Consumer<String> stop) {
    hook = new Thread(() -> end(stop), "interrupts");
  }

  /**
   * @param stop asks what goes on to come to its end soon, and hears why
   */
  static Interrupts handledBy(Consumer<String> stop) {
    Interrupts interrupts = new Interrupts(stop);
    Runtime.getRuntime().addShutdownHook(interrupts.hook);
    CtrlC.handledBy(interrupts::ctrlC);
    return interrupts;
  }

  private void ctrlC() {
    if (asked.getAndSet(true)) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
    Runtime.getRuntime().exit(INTERRUPTED); // the hook chooses another
  }

  private void end(Consumer<String> stop) {
    asked.set(true);
    stop.accept("it was told to stop (Ctrl-C, SIGTERM, or an exit from within)");
    try {
      finished.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // the guardians clear what is left
    }
    Runtime.getRuntime().halt(exitCode);
  }

  /** All that the run has to say is said. */
  void finished(int code) {
    exitCode = code;
  }

  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // it runs already, and halts
    }
  }
}
