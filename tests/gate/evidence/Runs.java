package gate.evidence;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.CaseFinished;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.PlannedStep;
import gate.journal.Event.RunStarted;
import gate.journal.Format;
import gate.journal.Judge;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import gate.report.View;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells of a run, attempt by attempt. */
final class Runs {
  static final String GATE = "0.1.0";
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private final List<Entry> entries = new ArrayList<>();
  private final Instant at = Instant.parse("2026-11-23T05:12:44Z");
  private long millis;

  record Case(String group, String name, Outcome outcome, Optional<Long> millis) {}

  /** What happened in a step; its number is its place among the attempt's steps. */
  record Step(String name, Outcome outcome, List<Case> cases) {}

  static Case passed(String name, long millis) {
    return new Case("failover", name, Outcome.PASSED, Optional.of(millis));
  }

  static Case passed(String name) {
    return new Case("failover", name, Outcome.PASSED, Optional.empty());
  }

  static Case failed(String name) {
    return new Case("failover", name, Outcome.FAILED, Optional.empty());
  }

  static Step step(String name, Case... cases) {
    List<Case> all = List.of(cases);
    boolean bad = all.stream().anyMatch(it -> it.outcome().bad());
    return new Step(name, bad ? Outcome.FAILED : Outcome.PASSED, all);
  }

  static PlannedLeg leg(String id, String... steps) {
    return planned(id, "Title of " + id, "run", "", steps);
  }

  static PlannedLeg planned(String id, String title, String decision, String why, String... steps) {
    List<PlannedStep> planned = new ArrayList<>();
    for (String step : steps) {
      planned.add(new PlannedStep(planned.size() + 1, step, "run", "", true));
    }
    return new PlannedLeg(
        id, title, List.of(), List.of(), List.of(), decision, why, true, List.of("flaky"), planned);
  }

  static Runs of(PlannedLeg... legs) {
    return of(GATE, "20261123T051244Z", "integration-matrix", List.of(), legs);
  }

  static Runs of(String gate, String run, String name, List<String> selected, PlannedLeg... legs) {
    RunStarted started =
        new RunStarted(
            Format.VERSION,
            gate,
            run,
            name,
            "matrix.yaml",
            List.of("./jbang", "matrix.java"),
            COMMIT,
            "89abcdef0123456789abcdef0123456789abcdef",
            false,
            false,
            false,
            2,
            5,
            selected,
            List.of(),
            List.of(),
            false,
            Map.of(),
            List.of());
    return new Runs().add(0, started).add(3, new Event.Planned(List.of(legs)));
  }

  Runs add(long after, Event event) {
    millis += after;
    entries.add(new Entry(entries.size() + 1, at.plusMillis(millis), millis, event));
    return this;
  }

  /** An attempt of so many milliseconds, in which that happened. */
  Runs attempt(String leg, int attempt, long took, Step... steps) {
    add(1, new Event.LegStarted(leg, attempt));
    Outcome end = Outcome.PASSED;
    for (int i = 1; i <= steps.length; i++) {
      Step step = steps[i - 1];
      add(1, new Event.StepStarted(leg, attempt, i, step.name(), "legs/%d.log".formatted(i)));
      for (Case test : step.cases()) {
        add(1, finished(leg, attempt, i, test));
      }
      String why = step.outcome().bad() ? "a case failed" : "";
      add(1, new Event.StepFinished(leg, attempt, i, step.outcome(), why, "", "", false, 1_280));
      end = step.outcome().bad() ? step.outcome() : end;
    }
    String why = end.bad() ? "a step failed" : "";
    return add(took, new Event.LegFinished(leg, attempt, end, why, took));
  }

  private static CaseFinished finished(String leg, int attempt, int step, Case test) {
    String why = test.outcome().bad() ? "assertion `left == right` failed" : "";
    return new CaseFinished(
        leg, attempt, step, test.group(), test.name(), test.outcome(), test.millis(), why, "");
  }

  Runs ends() {
    Verdict verdict = Judge.verdict(record());
    return add(
        10,
        new Event.RunFinished(
            verdict.kind(), verdict.exitCode(false), verdict.reasons(), millis + 10));
  }

  RunRecord record() {
    return RunRecord.of(entries);
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  View view() {
    return View.of(entries);
  }
}
