package gate.report;

import gate.journal.Event.PlannedLeg;
import gate.journal.Outcome;

/**
 * How it stands with a leg that is to run. Times are milliseconds of the run.
 *
 * @param outcome how its last attempt ended; of one that waits or runs, the one before
 * @param attempt from 1; 0 where it hasn't begun
 * @param since when this attempt began
 * @param millis how long the last attempt took; 0 while one runs
 * @param step the step that runs, or ran last
 * @param cases how many cases of this attempt ended
 * @param wrong how many of them not well
 * @param note what it waits for, as whoever sends it elsewhere tells; empty: nobody does
 */
record BoardLeg(
    PlannedLeg plan,
    Phase phase,
    Outcome outcome,
    int attempt,
    long since,
    long millis,
    Step step,
    int cases,
    int wrong,
    String note) {
  /** Where a leg is on its way. */
  enum Phase {
    WAITS,
    RUNS,
    ENDED
  }

  /**
   * A step that began.
   *
   * @param number 0: none did
   * @param log its log, in the run's folder
   * @param runs whether it still does
   * @param action what it does now, a command or a call
   */
  record Step(int number, String name, String log, long since, boolean runs, String action) {
    static final Step NONE = new Step(0, "", "", 0, false, "");

    Step does(String what) {
      return new Step(number, name, log, since, runs, what);
    }

    Step ended() {
      return new Step(number, name, log, since, false, "");
    }
  }

  static BoardLeg waiting(PlannedLeg plan, String note) {
    return new BoardLeg(plan, Phase.WAITS, Outcome.PASSED, 0, 0, 0, Step.NONE, 0, 0, note);
  }

  String name() {
    return plan.leg();
  }

  boolean runs() {
    return phase == Phase.RUNS;
  }

  boolean waits() {
    return phase == Phase.WAITS;
  }

  /** Whether it ended otherwise than well. */
  boolean isWrong() {
    return phase == Phase.ENDED && outcome.bad();
  }

  /** Whether something of it went wrong, although it may still run. */
  boolean troubled() {
    return isWrong() || runs() && (wrong > 0 || outcome.bad());
  }

  BoardLeg began(int number, long at) {
    return new BoardLeg(plan, Phase.RUNS, outcome, number, at, 0, Step.NONE, 0, 0, note);
  }

  BoardLeg at(Step now) {
    return new BoardLeg(plan, phase, outcome, attempt, since, millis, now, cases, wrong, note);
  }

  BoardLeg tested(Outcome test) {
    int more = test.bad() || test == Outcome.FLAKY ? 1 : 0;
    return new BoardLeg(
        plan, phase, outcome, attempt, since, millis, step, cases + 1, wrong + more, note);
  }

  BoardLeg ended(Outcome end, int number, long took) {
    boolean flaky = number > 1 && outcome != Outcome.PASSED && end == Outcome.PASSED;
    return new BoardLeg(
        plan,
        Phase.ENDED,
        flaky ? Outcome.FLAKY : end,
        number,
        since,
        took,
        step.ended(),
        cases,
        wrong,
        note);
  }
}
