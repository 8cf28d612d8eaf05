package gate.kernel;

import java.time.Duration;

/** When a leg's time is up. Time that it waits for a build doesn't count. For any thread. */
final class Deadline {
  private final Duration most;
  private long end;
  private long paused;
  private int pauses;

  Deadline(Duration most) {
    this.most = most;
    this.end = System.nanoTime() + most.toNanos();
  }

  /** How long a leg may take. */
  Duration most() {
    return most;
  }

  /** What is left, in nanoseconds; while it is paused at least a second. */
  synchronized long left() {
    return pauses > 0 ? Math.max(1_000_000_000, end - paused) : end - System.nanoTime();
  }

  synchronized void pause() {
    if (pauses++ == 0) {
      paused = System.nanoTime();
    }
  }

  synchronized void resume() {
    if (--pauses == 0) {
      end += System.nanoTime() - paused;
    }
  }
}
