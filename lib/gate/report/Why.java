package gate.report;

import gate.journal.Event.HostFact;
import gate.journal.Event.PartTaken;
import gate.journal.Event.RunStarted;
import gate.journal.Outcome;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import gate.journal.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The sentences that say why; raw, as the journal has them. */
final class Why {
  private Why() {}

  /** What to do with a verdict that isn't plain; empty for GREEN, DRY and RED. */
  static List<String> verdict(View view) {
    List<String> lines = new ArrayList<>(view.verdict().reasons());
    if (view.verdict().kind() == Verdict.Kind.PARTIAL) {
      lines.add(
          view.passes()
              ? "this was asked for: exit code 0"
              : view.verdict().asked()
                  ? "--strict takes nothing less than GREEN: exit code 3"
                  : "nobody asked for this: exit code 3");
    }
    return lines;
  }

  /** What the mark beside the verdict means, or empty. */
  static String mark(View view) {
    RunStarted run = view.run().started();
    if (view.run().part().isPresent()) {
      PartTaken part = view.run().part().get();
      return "%s: %d of %s; counts for nothing until `matrix merge` has joined all %d%s"
          .formatted(
              view.mark(),
              view.run().legs().size(),
              Amounts.of(part.all(), "leg"),
              part.count(),
              part.assumed().isEmpty()
                  ? ""
                  : "; takes it that %s passed elsewhere"
                      .formatted(String.join(", ", part.assumed())));
    }
    return view.selected()
        ? "SELECTED: judged over %d of %s (%s); doesn't count for a release"
            .formatted(
                view.run().legs().size(),
                Amounts.of(run.legs(), "leg"),
                String.join(" ", run.selected()))
        : "";
  }

  /** Why a step didn't pass, or empty where it did. */
  static String step(StepRecord step) {
    return switch (step.outcome()) {
      case PASSED -> "";
      case OFF -> step.why();
      case BLOCKED -> step.reason().isEmpty() ? "an earlier step didn't pass" : step.reason();
      case INTERRUPTED ->
          !step.reason().isEmpty()
              ? step.reason()
              : step.log().isEmpty() ? "it never started" : "it didn't come to its end";
      default -> step.reason();
    };
  }

  /** Whether a leg may leave processes behind. */
  static boolean mayLeak(LegRecord leg) {
    return leg.plan().allow().contains("leaked");
  }

  /** Whether a leg's reason alone doesn't tell what is wrong. */
  static boolean needsDetail(LegRecord leg) {
    return !waitedInVain(leg) && wrong(leg);
  }

  /** Whether a leg was to run and never began, for no fault of its own. */
  static boolean waitedInVain(LegRecord leg) {
    return leg.attempts().isEmpty()
        && (leg.outcome() == Outcome.BLOCKED || leg.outcome() == Outcome.INTERRUPTED);
  }

  private static boolean wrong(LegRecord leg) {
    return leg.outcome().bad()
        || leg.outcome() == Outcome.FLAKY
        || leg.attempts().stream().flatMap(it -> it.steps().stream()).anyMatch(Why::wrong);
  }

  /** Whether a step belongs among what is wrong: it, or a case of it, didn't pass. */
  static boolean wrong(StepRecord step) {
    return step.outcome().bad() && !neverReached(step)
        || step.outcome() == Outcome.FLAKY
        || step.cases().stream().anyMatch(it -> it.outcome().bad());
  }

  /** Whether a step never began. */
  static boolean neverReached(StepRecord step) {
    return step.log().isEmpty()
        && step.reason().isEmpty()
        && (step.outcome() == Outcome.BLOCKED || step.outcome() == Outcome.INTERRUPTED);
  }

  /** How long a step took, where that was observed. */
  static boolean timed(StepRecord step) {
    return step.millis() > 0
        || switch (step.outcome()) {
          case PASSED, FAILED, FLAKY, TIMED_OUT, LEAKED, ERRORED -> true;
          case SKIPPED, OFF, PLANNED, BLOCKED, INTERRUPTED -> false;
        };
  }

  /** The facts about the host that tell of a fix. */
  static List<HostFact> fixable(View view) {
    return view.run().started().facts().stream().filter(fact -> !fact.fix().isEmpty()).toList();
  }

  /** As {@code commit abc123 (dirty)}. */
  static String commit(View view) {
    return "commit " + shortened(view.run().started().commit()) + dirty(view);
  }

  static String dirty(View view) {
    return view.run().started().dirty() ? " (dirty)" : "";
  }

  static String shortened(String commit) {
    return commit.matches("[0-9a-f]{40,64}") ? commit.substring(0, 12) : commit;
  }
}
