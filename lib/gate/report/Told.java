package gate.report;

import gate.journal.Outcome;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;

/** What a page says of a leg or a step: an outcome, or while the run goes on what it does. */
record Told(Mark mark, String word) {
  private static final Told RUNS = new Told(Mark.RUNS, "running");
  private static final Told WAITS = new Told(Mark.WAITS, "waiting");

  static Told of(View view, LegRecord leg, boolean live) {
    if (view.isDry()) {
      return new Told(
          Mark.NONE,
          switch (leg.plan().decision()) {
            case "skip" -> "would be skipped";
            case "planned" -> "planned";
            default -> "would run";
          });
    }
    if (live && leg.outcome() == Outcome.INTERRUPTED) {
      return leg.attempts().isEmpty() ? WAITS : RUNS;
    }
    return of(leg.outcome(), Why.mayLeak(leg));
  }

  static Told of(AttemptRecord attempt, LegRecord leg, boolean live) {
    return live && attempt.outcome() == Outcome.INTERRUPTED
        ? RUNS
        : of(attempt.outcome(), Why.mayLeak(leg));
  }

  static Told of(StepRecord step, LegRecord leg, boolean live) {
    if (live && step.outcome() == Outcome.INTERRUPTED) {
      return step.log().isEmpty() ? WAITS : RUNS;
    }
    return Why.neverReached(step)
        ? new Told(Mark.NONE, "never reached")
        : of(step.outcome(), Why.mayLeak(leg));
  }

  static Told of(Outcome outcome, boolean mayLeak) {
    return new Told(Mark.of(outcome, mayLeak), outcome.word());
  }
}
