package gate.report;

import gate.journal.Event.CaseFinished;
import gate.journal.Outcome;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import gate.journal.Verdict;
import gate.report.Item.Earlier;
import gate.report.Item.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run as suites of items, the same for every format: first the verdict, so that a run that isn't
 * GREEN never looks as if all had passed, then each leg.
 */
final class Suites {
  private final View view;

  private Suites(View view) {
    this.view = view;
  }

  static List<Suite> of(View view) {
    Suites suites = new Suites(view);
    List<Suite> all = new ArrayList<>();
    all.add(suites.verdict());
    view.run().legs().forEach(leg -> all.add(suites.leg(leg)));
    return all;
  }

  private Suite verdict() {
    Verdict.Kind kind = view.verdict().kind();
    Status status =
        switch (kind) {
          case GREEN -> Status.PASSED;
          case PARTIAL -> view.passes() ? Status.SKIPPED : Status.FAILED;
          case RED -> Status.FAILED;
          case INTERRUPTED -> Status.ERRORED;
          case DRY -> Status.SKIPPED;
        };
    List<String> reasons = kind == Verdict.Kind.DRY ? List.of("nothing ran") : Why.verdict(view);
    List<String> detail = new ArrayList<>(reasons);
    if (!view.mark().isEmpty()) {
      detail.add(Why.mark(view));
    }
    String name = view.run().started().name();
    Item item =
        new Item(
            List.of(name),
            "verdict" + view.marked(),
            kind.name(),
            status,
            status == Status.PASSED ? "" : kind + ": " + String.join("; ", reasons),
            status == Status.PASSED ? "" : String.join("\n", detail),
            "",
            Optional.empty(),
            List.of());
    return new Suite(name, true, List.of(item), Optional.empty());
  }

  private Suite leg(LegRecord leg) {
    List<Item> items = view.isDry() ? dry(leg) : ran(leg);
    return new Suite(
        leg.plan().leg(),
        false,
        items,
        leg.attempts().isEmpty() || leg.millis() == 0
            ? Optional.empty()
            : Optional.of(leg.millis()));
  }

  private static List<Item> dry(LegRecord leg) {
    String id = leg.plan().leg();
    if (!leg.plan().decision().equals("run") || leg.plan().steps().isEmpty()) {
      return List.of(unrun(List.of(id), id, word(leg.plan().decision(), ""), leg.plan().why()));
    }
    return leg.plan().steps().stream()
        .map(step ->
            unrun(
                List.of(id, step.step() + " " + step.name()),
                step.name(),
                word(step.decision(), "degraded: "),
                step.why()))
        .toList();
  }

  private static String word(String decision, String run) {
    return switch (decision) {
      case "skip" -> "would be skipped: ";
      case "planned" -> "planned: ";
      case "off" -> "off: ";
      default -> run;
    };
  }

  private static Item unrun(List<String> place, String name, String word, String reason) {
    String why = "dry run: nothing ran" + (reason.isEmpty() ? "" : "; " + word + reason);
    return new Item(place, name, "dry", Status.SKIPPED, why, why, "", Optional.empty(), List.of());
  }

  private static List<Item> ran(LegRecord leg) {
    List<Item> items = new ArrayList<>();
    Map<List<String>, List<Earlier>> earlier = new LinkedHashMap<>();
    for (AttemptRecord attempt : leg.attempts()) {
      if (attempt != leg.attempts().getLast()) {
        items.add(earlier(leg, attempt));
        items(leg, attempt.steps(), Map.of()).stream()
            .filter(item -> item.status() != Status.SKIPPED)
            .forEach(item ->
                earlier
                    .computeIfAbsent(key(item), _ -> new ArrayList<>())
                    .add(
                        new Earlier(
                            attempt.attempt(),
                            item.outcome(),
                            item.status(),
                            item.message(),
                            item.millis())));
      }
    }
    items.addAll(items(leg, leg.steps(), earlier));
    Status status = Status.of(leg.outcome(), Why.mayLeak(leg));
    if (status != Status.PASSED && items.stream().noneMatch(it -> it.status() == status)) {
      items.add(whole(leg, status));
    }
    return items;
  }

  /** An attempt that another followed: neither a failure of the run nor a pass. */
  private static Item earlier(LegRecord leg, AttemptRecord attempt) {
    String id = leg.plan().leg();
    StringBuilder detail = new StringBuilder(attempt.reason());
    for (StepRecord step : attempt.steps()) {
      if (Why.wrong(step)) {
        detail.append("\nstep %s %s: ".formatted(step.step(), step.name()));
        detail.append(step.outcome().word()).append("\n").append(Why.step(step));
      }
    }
    return new Item(
        List.of(id),
        "attempt " + attempt.attempt(),
        attempt.outcome().word(),
        Status.SKIPPED,
        message(attempt.outcome(), attempt.reason() + "; tried again"),
        detail.toString(),
        "",
        Optional.of(attempt.millis()).filter(it -> it > 0),
        List.of());
  }

  private static Item whole(LegRecord leg, Status status) {
    String id = leg.plan().leg();
    return new Item(
        List.of(id),
        id,
        leg.outcome().word(),
        status,
        message(leg.outcome(), leg.reason()),
        leg.reason(),
        "",
        Optional.of(leg.millis()).filter(it -> it > 0),
        List.of());
  }

  private static List<Item> items(
      LegRecord leg, List<StepRecord> steps, Map<List<String>, List<Earlier>> earlier) {
    List<Item> items = new ArrayList<>();
    for (StepRecord step : steps) {
      step.cases().forEach(test -> items.add(item(leg, step, test, earlier)));
      boolean told =
          step.outcome() == Outcome.PASSED && !step.cases().isEmpty()
              || step.outcome() == Outcome.FAILED
                  && step.cases().stream().anyMatch(test -> test.outcome() == Outcome.FAILED);
      if (!told) {
        items.add(item(leg, step, earlier));
      }
    }
    return items;
  }

  private static Item item(
      LegRecord leg, StepRecord step, CaseFinished test, Map<List<String>, List<Earlier>> earlier) {
    List<String> place = new ArrayList<>(place(leg, step));
    if (!test.group().isEmpty()) {
      place.add(test.group());
    }
    Status status = Status.of(test.outcome(), false);
    String detail =
        status.bad() ? lines(test.message(), Why.step(step), repeat(step)) : test.message();
    Item item =
        new Item(
            List.copyOf(place),
            test.name(),
            test.outcome().word(),
            status,
            status == Status.PASSED ? "" : message(test.outcome(), test.message()),
            detail,
            test.output(),
            test.millis(),
            List.of());
    return with(item, earlier);
  }

  private static Item item(
      LegRecord leg, StepRecord step, Map<List<String>, List<Earlier>> earlier) {
    Status status =
        Why.neverReached(step) && step.outcome() == Outcome.BLOCKED
            ? Status.SKIPPED
            : Status.of(step.outcome(), Why.mayLeak(leg));
    Item item =
        new Item(
            place(leg, step),
            step.name(),
            step.outcome().word(),
            status,
            status == Status.PASSED ? "" : message(step.outcome(), Why.step(step)),
            lines(Why.step(step), repeat(step), ""),
            "",
            Why.timed(step) ? Optional.of(step.millis()) : Optional.empty(),
            List.of());
    return with(item, earlier);
  }

  private static Item with(Item item, Map<List<String>, List<Earlier>> earlier) {
    return new Item(
        item.place(),
        item.name(),
        item.outcome(),
        item.status(),
        item.message(),
        item.detail(),
        item.output(),
        item.millis(),
        List.copyOf(earlier.getOrDefault(key(item), List.of())));
  }

  private static List<String> key(Item item) {
    List<String> key = new ArrayList<>(item.place());
    key.add(item.name());
    return key;
  }

  private static List<String> place(LegRecord leg, StepRecord step) {
    return List.of(leg.plan().leg(), step.step() + " " + step.name());
  }

  private static String repeat(StepRecord step) {
    return step.repeat().isEmpty() ? "" : "repeat: " + step.repeat();
  }

  private static String message(Outcome outcome, String why) {
    String first = why.strip().lines().findFirst().orElse("");
    return first.isEmpty() ? outcome.word() : outcome.word() + ": " + first;
  }

  private static String lines(String... parts) {
    return String.join("\n", List.of(parts).stream().filter(it -> !it.isEmpty()).toList());
  }
}
