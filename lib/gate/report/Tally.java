package gate.report;

import gate.journal.Event.CaseFinished;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** How many legs, steps and cases ended how; steps and cases of each leg's last attempt. */
public record Tally(
    Map<Outcome, Integer> legs, Map<Outcome, Integer> steps, Map<Outcome, Integer> cases) {

  static Tally of(RunRecord run) {
    List<StepRecord> steps = run.legs().stream().flatMap(leg -> leg.steps().stream()).toList();
    return new Tally(
        count(run.legs().stream().map(LegRecord::outcome).toList()),
        count(steps.stream().map(StepRecord::outcome).toList()),
        cases(steps.stream().flatMap(step -> step.cases().stream()).toList()));
  }

  public static Map<Outcome, Integer> cases(List<CaseFinished> cases) {
    return count(cases.stream().map(CaseFinished::outcome).toList());
  }

  static Map<Outcome, Integer> steps(List<StepRecord> steps) {
    return count(steps.stream().map(StepRecord::outcome).toList());
  }

  /**
   * How the legs of a run ended, as {@link #text}; in a dry run {@code dry} where they would run.
   */
  public static String legs(RunRecord run) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    run.legs().stream()
        .sorted(Comparator.comparing(LegRecord::outcome))
        .forEach(leg -> counts.merge(word(run, leg), 1, Integer::sum));
    StringJoiner text = new StringJoiner(", ");
    counts.forEach((word, count) -> text.add(count + " " + word));
    return text.toString();
  }

  /** How a leg ended; {@code dry} where it would run, and the run was dry. */
  public static String word(RunRecord run, LegRecord leg) {
    return run.started().dry() && leg.outcome() == Outcome.INTERRUPTED
        ? "dry"
        : leg.outcome().word();
  }

  /** As {@code 11 passed, 1 failed}; empty for nothing. */
  public static String text(Map<Outcome, Integer> counts) {
    StringJoiner text = new StringJoiner(", ");
    counts.forEach((outcome, count) -> text.add(count + " " + outcome.word()));
    return text.toString();
  }

  /** As {@code 12 cases}, {@code cases: 11 passed, 1 failed}; empty for none. */
  static String cases(Map<Outcome, Integer> counts) {
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    return all == 0
        ? ""
        : all == passed(counts) ? Amounts.of(all, "case") : "cases: " + text(counts);
  }

  /** All of it in one line: for GREEN what passed, else how each ended. */
  String line(boolean green, long millis) {
    if (green) {
      StringJoiner text = new StringJoiner(", ");
      text.add(Amounts.of(passed(legs), "leg")).add(Amounts.of(passed(steps), "step"));
      if (passed(cases) > 0) {
        text.add(Amounts.of(passed(cases), "case"));
      }
      String rest = rest("leg", legs) + rest("step", steps) + rest("case", cases);
      return text + " passed in " + Amounts.time(millis) + rest.replaceFirst(",", ";");
    }
    StringJoiner text = new StringJoiner(" · ");
    text.add("legs: " + (legs.isEmpty() ? "none" : text(legs)));
    if (!steps.isEmpty()) {
      text.add("steps: " + text(steps));
    }
    if (!cases.isEmpty()) {
      text.add("cases: " + text(cases));
    }
    return text.add(Amounts.time(millis)).toString();
  }

  private static String rest(String thing, Map<Outcome, Integer> counts) {
    StringBuilder text = new StringBuilder();
    counts.forEach((outcome, count) -> {
      if (outcome != Outcome.PASSED) {
        text.append(", ").append(Amounts.of(count, thing)).append(' ').append(outcome.word());
      }
    });
    return text.toString();
  }

  private static int passed(Map<Outcome, Integer> counts) {
    return counts.getOrDefault(Outcome.PASSED, 0);
  }

  private static Map<Outcome, Integer> count(List<Outcome> outcomes) {
    Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    outcomes.forEach(outcome -> counts.merge(outcome, 1, Integer::sum));
    return counts;
  }
}
