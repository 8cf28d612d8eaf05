package gate.kernel.cargo;

import java.util.Optional;

/**
 * One test.
 *
 * @param group the test binary's target, or {@code doctests}
 * @param name its full name
 * @param millis its time, where it could be observed
 * @param message why it failed, or empty
 * @param output what it printed, where that could be told from others' output
 */
public record Case(
    String group,
    String name,
    Outcome outcome,
    Optional<Long> millis,
    String message,
    String output) {
  /** How it ended. */
  public enum Outcome {
    PASSED,
    FAILED,
    /** Marked {@code #[ignore]}, and not asked for. */
    IGNORED
  }
}
