package gate.kernel.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A process that a {@link Guardian} started. Safe for use by several threads. */
public interface Child {

  /** The {@link Spawn#id} that it was started with. */
  String id();

  long pid();

  /**
   * How it ended; completed exceptionally with {@link GuardianLost} when the guardian died first.
   *
   * <p>Each call gives a future of its own, so that a timeout set on it does no harm to others.
   * What hangs on it runs on the thread that reads the guardian's messages: it must not call the
   * guardian (that throws {@link IllegalStateException}) and must not block; use the {@code …Async}
   * methods for more than a hand-over.
   */
  CompletableFuture<Exit> exit();

  /**
   * Waits for its end.
   *
   * @throws GuardianLost when the guardian died first
   */
  Exit await() throws InterruptedException;

  /**
   * Ends the process and its whole tree: all that is below it, and all of its session. SIGTERM
   * first, and SIGKILL to what is left of the tree after the grace; with no grace, SIGKILL at once.
   * Returns immediately. Does nothing when the process has ended already: {@link Guardian#sweep}
   * finds what it left.
   */
  void end(Duration grace);
}
