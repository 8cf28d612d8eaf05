package gate.kernel.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * A mark that a process can't lose, whatever it does to its parents, session, environment and
 * descriptors: a hard limit of file locks lower than the gate's own. That limit has had no effect
 * since Linux 2.4.25, is handed down by fork and exec, can't be raised again without privilege, and
 * can be read by everybody in {@code /proc/PID/limits}. By it a gate tells the orphans of a dead
 * guardian from what Java's own processes left, and {@link Marked} the processes of a run whose
 * gate and guardians are dead.
 */
final class Mark {
  /** No mark: there is no room below a limit. */
  static final long NONE = 0;

  private static final String LIMIT = "Max file locks";
  private static final long MOST = 1L << 60;
  private static final long LEAST = 1L << 20;

  private Mark() {}

  /** One below this process's own limit, read without native calls; NONE where there is none. */
  static long fresh() {
    try {
      return below(limit(Files.readString(Path.of("/proc/self/limits"))), new SecureRandom());
    } catch (IOException | NumberFormatException e) {
      return NONE; // no Linux
    }
  }

  /** The hard limit of file locks in the text of {@code /proc/PID/limits}; -1 for none. */
  static long limit(String limits) {
    int line = limits.indexOf(LIMIT);
    if (line < 0) {
      return -1;
    }
    String[] columns = limits.substring(line + LIMIT.length()).trim().split("\\s+", 3);
    return columns.length < 2 || columns[1].equals("unlimited") ? -1 : Long.parseLong(columns[1]);
  }

  /** Whether {@link #below} could have made it: anything else might be anybody's limit. */
  static boolean possible(long mark) {
    return mark >= LEAST / 2 && mark < MOST;
  }

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
