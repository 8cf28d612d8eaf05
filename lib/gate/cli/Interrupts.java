package gate.cli;

import gate.kernel.Kernel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a run come to its end when the JVM is told to go: by Ctrl-C, by SIGTERM, or by a script that
 * found a way to exit. The exit code is the run's then, never the one that somebody else chose.
 */
final class Interrupts implements AutoCloseable {
  private static final int INTERRUPTED = 130;
  private static final int SECONDS = 20;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;
  private volatile int exitCode = INTERRUPTED;

  private Interrupts(Kernel kernel) {
    hook = new Thread(() -> end(kernel), "interrupts");
  }

  static Interrupts handledBy(Kernel kernel) {
    Interrupts interrupts = new Interrupts(kernel);
    Runtime.getRuntime().addShutdownHook(interrupts.hook);
    return interrupts;
  }

  private void end(Kernel kernel) {
    kernel.stop("it was told to stop (Ctrl-C, SIGTERM, or an exit from within)");
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
