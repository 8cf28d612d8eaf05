package gate.journal;

import java.util.List;
import java.util.Locale;

/** How a leg, a step or a case ended. In text: lower case with hyphens. */
public enum Outcome {
  PASSED,
  FAILED,
  /** Passed only when tried again. */
  FLAKY,
  TIMED_OUT,
  /** Did its work, but left processes behind. */
  LEAKED,
  /** Couldn't be judged: a build, a service or the gate itself broke. */
  ERRORED,
  /** A toggle said so. */
  SKIPPED,
  /** Waits for a toggle that nobody set; listed, not counted. */
  OFF,
  /** Not approved yet; runs only where its toggle is set. */
  PLANNED,
  /** Something that it needs didn't pass. */
  BLOCKED,
  /** Stopped before its end, or never reached. */
  INTERRUPTED;

  /** The word used in output. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The outcome with that {@link #word()}. */
  public static Outcome ofWord(String word) {
    for (Outcome outcome : values()) {
      if (outcome.word().equals(word)) {
        return outcome;
      }
    }
    throw new IllegalArgumentException("no outcome is called `" + word + "`");
  }

  /** What a leg comes to whose attempts ended so; there is at least one. */
  public static Outcome of(List<Outcome> attempts) {
    Outcome last = attempts.getLast();
    if (last == INTERRUPTED || attempts.stream().distinct().count() == 1) {
      return last;
    }
    if (attempts.stream().allMatch(it -> it == PASSED || it == LEAKED)) {
      return LEAKED;
    }
    return attempts.contains(PASSED) ? FLAKY : last;
  }

  /** Whether something is wrong, whatever the policy allows. */
  public boolean bad() {
    return switch (this) {
      case FAILED, TIMED_OUT, LEAKED, ERRORED, BLOCKED, INTERRUPTED -> true;
      case PASSED, FLAKY, SKIPPED, OFF, PLANNED -> false;
    };
  }
}
