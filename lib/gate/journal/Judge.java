package gate.journal;

import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What a run came to, by its journal and nothing else. */
public final class Judge {
  private final RunRecord run;
  private final List<String> interrupted = new ArrayList<>();
  private final List<String> red = new ArrayList<>();
  private final Set<String> unasked = new LinkedHashSet<>(); // attempts say the same of themselves
  private final Set<String> asked = new LinkedHashSet<>();
  private final List<String> allowed = new ArrayList<>();

  private Judge(RunRecord run) {
    this.run = run;
  }

  /** The verdict on a run whose legs have all ended, before its last entry is written. */
  public static Verdict verdict(RunRecord run) {
    return new Judge(run).judge();
  }

  /**
   * The verdict on a run from its file: one without its last entry was interrupted; one whose last
   * entry says better than its other entries do is red.
   */
  public static Verdict replayed(RunRecord run) {
    if (run.finished().isEmpty()) {
      return new Verdict(
          Verdict.Kind.INTERRUPTED,
          false,
          List.of("the journal has no end: the run was cut off, or still runs"));
    }
    Verdict verdict = verdict(run);
    Verdict.Kind told = run.finished().get().verdict();
    if (told == verdict.kind()) {
      return verdict;
    }
    return new Verdict(
        Verdict.Kind.RED,
        false,
        List.of(
            "the journal's last entry says %s, its other entries say %s"
                .formatted(told, verdict.kind())));
  }

  /**
   * What a run shows less than its plan: skipped, degraded or unproven, a sentence each. What a leg
   * or the policy allows isn't among it.
   */
  public static List<String> missing(RunRecord run) {
    Judge judge = new Judge(run);
    run.legs().forEach(judge::leg);
    List<String> missing = new ArrayList<>(judge.unasked);
    missing.addAll(judge.asked);
    return List.copyOf(missing);
  }

  private Verdict judge() {
    run.stopped().ifPresent(interrupted::add);
    run.problems().forEach(red::add);
    if (run.started().dry()) {
      return !interrupted.isEmpty()
          ? new Verdict(Verdict.Kind.INTERRUPTED, false, interrupted)
          : !red.isEmpty()
              ? new Verdict(Verdict.Kind.RED, false, red)
              : new Verdict(Verdict.Kind.DRY, false, List.of());
    }
    run.legs().forEach(this::leg);
    if (run.legs().stream()
        .flatMap(leg -> leg.steps().stream())
        .noneMatch(step -> step.outcome() == Outcome.PASSED || allowedLeak(step))) {
      if (run.part().isPresent()) {
        asked.add("no step passed: nothing that can runs in this part"); // others may hold some
      } else {
        red.add("no step passed");
      }
    }
    if (!run.merged().isEmpty()) { // it came to its end, only what it was merged from didn't
      red.addAll(interrupted);
      interrupted.clear();
    }
    if (!interrupted.isEmpty()) {
      interrupted.addAll(red);
      return new Verdict(Verdict.Kind.INTERRUPTED, false, interrupted);
    }
    if (!red.isEmpty()) {
      return new Verdict(Verdict.Kind.RED, false, red);
    }
    asked.addAll(allowed);
    if (unasked.isEmpty() && asked.isEmpty()) {
      return new Verdict(Verdict.Kind.GREEN, false, List.of());
    }
    boolean all = unasked.isEmpty();
    unasked.addAll(asked);
    return new Verdict(Verdict.Kind.PARTIAL, all, List.copyOf(unasked));
  }

  private void leg(LegRecord leg) {
    String id = leg.plan().leg();
    String why = leg.reason().isEmpty() ? "" : ": " + leg.reason();
    switch (leg.outcome()) {
      case PASSED -> passed(leg);
      case FLAKY, LEAKED -> {
        passed(leg);
        allowed(
            leg, "flaky", "was flaky", attempt -> !attempt.worked(), run.started().flakyAllowed());
        allowed(leg, "leaked", "leaked", AttemptRecord::leaked, false);
      }
      case SKIPPED -> {
        asked.add("leg `%s` was skipped%s".formatted(id, why));
        unlike(leg, "skip");
      }
      case PLANNED -> unlike(leg, "planned");
      case OFF -> {
        if (!waits(leg)) {
          red.add("leg `%s` ended as off, but not all its steps are".formatted(id));
        }
      }
      case INTERRUPTED -> interrupted.add("leg `%s` was interrupted%s".formatted(id, why));
      case FAILED, TIMED_OUT, ERRORED, BLOCKED ->
          red.add("leg `%s` %s%s".formatted(id, verb(leg.outcome()), why));
    }
  }

  /** What one attempt or another of a leg did, if any did, is allowed or wrong for itself. */
  private void allowed(
      LegRecord leg, String what, String verb, Predicate<AttemptRecord> did, boolean byPolicy) {
    String id = leg.plan().leg();
    leg.attempts().stream()
        .filter(did)
        .findFirst()
        .ifPresent(attempt -> {
          if (byPolicy || leg.plan().allow().contains(what)) {
            allowed.add("leg `%s` %s, which is allowed".formatted(id, verb));
          } else {
            String which =
                leg.attempts().size() == 1 ? "" : "attempt %d: ".formatted(attempt.attempt());
            red.add("leg `%s` %s: %s%s".formatted(id, verb, which, attempt.reason()));
          }
        });
  }

  /** Whether each of its steps waits for a toggle; a leg of none does nothing. */
  private static boolean waits(LegRecord leg) {
    return !leg.plan().steps().isEmpty()
        && leg.plan().steps().stream().allMatch(step -> step.decision().equals("off"));
  }

  /** Only the plan says that a leg doesn't run. */
  private void unlike(LegRecord leg, String decision) {
    if (!leg.plan().decision().equals(decision)) {
      red.add(
          "leg `%s` was to run, and ended as %s".formatted(leg.plan().leg(), leg.outcome().word()));
    }
  }

  /**
   * A leg that says that it passed has passed only if each of its steps has, each time that it says
   * so.
   */
  private void passed(LegRecord leg) {
    leg.attempts().stream().filter(AttemptRecord::worked).forEach(attempt -> passed(leg, attempt));
    if (leg.attempts().size() < run.repeat()) {
      red.add(
          "leg `%s` ran %d times, not the %d that --repeat asks for"
              .formatted(leg.plan().leg(), leg.attempts().size(), run.repeat()));
    }
    if (leg.attempts().isEmpty()) {
      red.add("leg `%s` passed without a step that did".formatted(leg.plan().leg()));
    }
  }

  private void passed(LegRecord leg, AttemptRecord attempt) {
    String id = leg.plan().leg();
    String which = leg.attempts().size() == 1 ? "" : "attempt %d: ".formatted(attempt.attempt());
    boolean passed = false;
    for (StepRecord step : attempt.steps()) {
      boolean did =
          step.outcome() == Outcome.PASSED
              || step.outcome() == Outcome.LEAKED && attempt.outcome() == Outcome.LEAKED;
      passed |= did;
      if (!did && step.outcome() != Outcome.OFF) {
        red.add(
            "%sleg `%s` ended as %s, but its step `%s` as %s"
                .formatted(
                    which, id, attempt.outcome().word(), step.name(), step.outcome().word()));
      }
      if (did && step.cases().stream().anyMatch(it -> it.outcome().bad())) {
        red.add(
            "%sstep `%s` of leg `%s` passed, but a case of it didn't"
                .formatted(which, step.name(), id));
      }
      if (!step.degraded().isEmpty()) {
        (step.degradedAsked() ? asked : unasked)
            .add(
                "step `%s` of leg `%s` ran degraded: %s"
                    .formatted(step.name(), id, step.degraded()));
      }
    }
    attempt.unproven().stream().map(why -> "leg `%s`: %s".formatted(id, why)).forEach(unasked::add);
    if (!passed) {
      red.add("%sleg `%s` passed without a step that did".formatted(which, id));
    }
  }

  private static boolean allowedLeak(StepRecord step) {
    return step.outcome() == Outcome.LEAKED;
  }

  private static String verb(Outcome outcome) {
    return switch (outcome) {
      case TIMED_OUT -> "timed out";
      case BLOCKED -> "was blocked";
      default -> outcome.word();
    };
  }
}
