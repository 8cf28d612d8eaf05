package gate.kernel.process;

import java.util.random.RandomGenerator;

/**
 * A mark that a process can't lose, whatever it does to its parents, session, environment and
 * descriptors: a hard limit of file locks lower than the gate's own. That limit has had no effect
 * since Linux 2.4.25, is handed down by fork and exec, can't be raised again without privilege, and
 * can be read by everybody in {@code /proc/PID/limits}. By it a gate tells the orphans of a dead
 * guardian from what Java's own processes left.
 */
final class Mark {
  /** No mark: there is no room below a limit. */
  static final long NONE = 0;

  private static final long MOST = 1L << 60;
  private static final long LEAST = 1L << 20;

  private Mark() {}

  /** A mark below that limit, hardly ever the same twice, with room for others below itself. */
  static long below(long limit, RandomGenerator random) {
    long bound = limit < 0 || limit > MOST ? MOST : limit;
    return bound < LEAST ? NONE : random.nextLong(bound / 2, bound);
  }

  /**
   * Whether a process with that limit was marked below a gate with that one; -1 is no limit, and no
   * mark.
   */
  static boolean marked(long limit, long gateLimit) {
    return limit >= 0 && (gateLimit < 0 || limit < gateLimit);
  }
}
