package gate.kernel;

import gate.journal.Outcome;
import java.util.List;

/**
 * How often a leg is tried.
 *
 * @param most from 1
 * @param all whether it is tried so often whatever comes of it, or only until it passes
 */
record Tries(int most, boolean all) {
  /** Whether it is tried again after attempts that ended so. */
  boolean again(List<Outcome> attempts) {
    if (attempts.size() >= most) {
      return false;
    }
    return attempts.isEmpty()
        || switch (attempts.getLast()) {
          case FAILED, TIMED_OUT, ERRORED -> true;
          case INTERRUPTED -> false;
          default -> all;
        };
  }
}
