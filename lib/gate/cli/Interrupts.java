package gate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
  private static final Duration MOST_OF_THE_LAST = Duration.ofMillis(500);
  private static final Path TERMINAL = Path.of("/dev/tty");

  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicBoolean asked = new AtomicBoolean();
  private final Thread hook;
  private final Runnable last;
  private volatile int exitCode = INTERRUPTED;

  private Interrupts(Consumer<String> stop, Runnable told, Runnable last) {
    this.last = last;
    hook = new Thread(() -> end(stop, told), "interrupts");
  }

  /**
   * From now on.
   *
   * @param stop asks what goes on to come to its end soon, and hears why
   * @param terminal whether a person watches, whose terminal may go away: the run goes on then
   * @param told is called before that
   */
  static Interrupts handledBy(Consumer<String> stop, boolean terminal, Runnable told) {
    return handledBy(stop, terminal, told, () -> {});
  }

  /**
   * The same.
   *
   * @param last is called before everything ends at once, which waits for no hook, and for this not
   *     long
   */
  static Interrupts handledBy(
      Consumer<String> stop, boolean terminal, Runnable told, Runnable last) {
    Interrupts interrupts = new Interrupts(stop, told, last);
    Runtime.getRuntime().addShutdownHook(interrupts.hook);
    Signals.handled("INT", interrupts::ctrlC);
    if (terminal) {
      Signals.handled("HUP", interrupts::hangUp);
    }
    return interrupts;
  }

  /** The same as the first Ctrl-C; later ones mean nothing. */
  void quit() {
    if (!asked.getAndSet(true)) {
      Thread.ofPlatform().daemon().start(() -> Runtime.getRuntime().exit(INTERRUPTED));
    }
  }

  /** Sent by hand it is a SIGTERM; sent because the terminal went away it is nothing to a run. */
  private void hangUp() {
    try (InputStream _ = Files.newInputStream(TERMINAL)) {
      Runtime.getRuntime().exit(INTERRUPTED);
    } catch (IOException e) {
      // nobody watches any more
    }
  }

  private void ctrlC() {
    if (asked.getAndSet(true)) {
      endAtOnce();
    }
    Runtime.getRuntime().exit(INTERRUPTED); // the hook chooses another
  }

  private void endAtOnce() {
    try {
      Thread.ofPlatform().daemon().start(last).join(MOST_OF_THE_LAST);
    } catch (InterruptedException e) {
      // it ends the sooner
    } finally {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
  }

  private void end(Consumer<String> stop, Runnable told) {
    asked.set(true);
    told.run();
    stop.accept("it was told to stop (Ctrl-C, q, SIGTERM, or an exit from within)");
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
