package gate.report;

import gate.journal.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * What the formats of test results call a test: a case, a step, a leg, an earlier attempt, or the
 * verdict.
 *
 * @param place what it lies in, from the outermost
 * @param outcome how it ended, in our own words
 * @param message why it didn't pass, one line; empty where it did
 * @param detail all that is known of why, many lines
 * @param output what it wrote, where that was observed
 * @param millis its time, where that was observed
 * @param earlier what became of it in earlier attempts
 */
record Item(
    List<String> place,
    String name,
    String outcome,
    Status status,
    String message,
    String detail,
    String output,
    Optional<Long> millis,
    List<Earlier> earlier) {

  /** How the formats sort outcomes. */
  enum Status {
    PASSED,
    FAILED,
    /** Couldn't be judged. */
    ERRORED,
    /** Didn't run, and wasn't to. */
    SKIPPED,
    /** Isn't to run yet. */
    PENDING;

    static Status of(Outcome outcome, boolean mayLeak) {
      return switch (outcome) {
        case PASSED, FLAKY -> PASSED;
        case LEAKED -> mayLeak ? PASSED : FAILED;
        case FAILED, TIMED_OUT -> FAILED;
        case ERRORED, BLOCKED, INTERRUPTED -> ERRORED;
        case SKIPPED, OFF -> SKIPPED;
        case PLANNED -> PENDING;
      };
    }

    boolean bad() {
      return this == FAILED || this == ERRORED;
    }
  }

  /** The same thing in an earlier attempt. */
  record Earlier(
      int attempt, String outcome, Status status, String message, Optional<Long> millis) {}

  /** Whether it passed, but not at once. */
  boolean flaky() {
    return status == Status.PASSED && earlier.stream().anyMatch(it -> it.status().bad());
  }
}
