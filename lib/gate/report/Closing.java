package gate.report;

import gate.journal.Event.BuildFinished;
import gate.journal.Event.CaseFinished;
import gate.journal.Event.DryAction;
import gate.journal.Event.PlannedStep;
import gate.journal.Event.ServiceReady;
import gate.journal.Outcome;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import gate.journal.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The report at a run's end: what is wrong and how to repeat it, what didn't run, where everything
 * is, and the verdict as its last words.
 */
final class Closing {
  private static final int MOST_CASES = 20;
  private static final int MOST_LINES = 20;
  private static final int MOST_REASONS = 50;
  private static final int WIDEST = 240;

  /** What a run's folder holds for a reader. */
  private static final List<String> FILES =
      List.of("report.html", "summary.md", "junit.xml", "ctrf.json", "events.jsonl");

  private final View view;
  private final Path folder;
  private final Style style;
  private final StringBuilder text = new StringBuilder();

  private Closing(View view, Path folder, Style style) {
    this.view = view;
    this.folder = folder;
    this.style = style;
  }

  /** All of it, each line with its line break. */
  static String render(View view, Path folder, Style style) {
    return new Closing(view, folder, style).render();
  }

  private String render() {
    if (view.isDry()) {
      view.run().legs().forEach(this::dry);
    } else {
      view.run().builds().stream().filter(build -> !build.ok()).forEach(this::build);
      view.run().legs().stream().filter(Why::needsDetail).forEach(this::wrong);
      degraded();
      notRun();
      unfinished();
    }
    kept();
    verdict();
    return text.toString();
  }

  private void build(BuildFinished build) {
    line("");
    line(style.bad("x") + " the build failed in " + Amounts.time(build.millis()));
    log("  ", build.log());
    line("  repeat it  " + Paste.of(build.command()));
  }

  private void wrong(LegRecord leg) {
    line("");
    line(
        "%s %s  %s: %s"
            .formatted(
                style.mark(leg.outcome(), Why.mayLeak(leg)),
                style.strong(name(leg.plan().leg())),
                name(leg.plan().title()),
                leg.outcome().word()));
    block("  ", leg.reason());
    leg.attempts().stream().limit(Math.max(0, leg.attempts().size() - 1)).forEach(this::earlier);
    leg.steps().stream().filter(Why::wrong).forEach(step -> wrong(leg, step));
    services(leg);
    List<String> unreached =
        leg.steps().stream()
            .filter(Why::neverReached)
            .map(step -> step.step() + " " + name(step.name()))
            .toList();
    if (!unreached.isEmpty()) {
      line("  never reached: " + String.join(", ", unreached));
    }
    line("  repeat the leg  " + Again.leg(view.run().started(), leg.plan().leg()));
  }

  private void services(LegRecord leg) {
    for (ServiceReady service : leg.services()) {
      if (leg.attempts().isEmpty() || service.attempt() == leg.attempts().getLast().attempt()) {
        line(
            "  service %s at %s%s"
                .formatted(
                    name(service.service()),
                    name(String.join(" ", service.endpoints())),
                    service.log().isEmpty() ? "" : "  log  " + name(service.log())));
      }
    }
  }

  private void earlier(AttemptRecord attempt) {
    line("  attempt %s %s".formatted(attempt.attempt(), attempt.outcome().word()));
    for (StepRecord step : attempt.steps()) {
      if (Why.wrong(step)) {
        line("    step %s %s: %s".formatted(step.step(), name(step.name()), step.outcome().word()));
        block("      ", Why.step(step));
        cases("      ", step);
        if (!step.log().isEmpty()) {
          line("      log  " + name(step.log()));
        }
      }
    }
  }

  private void wrong(LegRecord leg, StepRecord step) {
    line(
        "  %s step %s %s: %s%s"
            .formatted(
                style.mark(step.outcome(), Why.mayLeak(leg)),
                step.step(),
                style.strong(name(step.name())),
                step.outcome().word(),
                Why.timed(step) ? " in " + Amounts.time(step.millis()) : ""));
    if (!Clean.line(Why.step(step)).equals(Clean.line(leg.reason()))) {
      block("    ", Why.step(step));
    }
    cases("    ", step);
    if (!step.log().isEmpty()) {
      log("    ", step.log());
    }
    if (!step.repeat().isEmpty()) {
      line("    repeat the step  " + Paste.of(step.repeat()));
    }
  }

  private void cases(String indent, StepRecord step) {
    List<CaseFinished> wrong =
        step.cases().stream()
            .filter(it -> it.outcome().bad() || it.outcome() == Outcome.FLAKY)
            .toList();
    for (CaseFinished test : wrong.subList(0, Math.min(MOST_CASES, wrong.size()))) {
      line(
          "%s%s case %s: %s"
              .formatted(
                  indent,
                  style.mark(test.outcome(), false),
                  name((test.group() + " " + test.name()).strip()),
                  test.outcome().word()));
      block(indent + "  ", test.message());
    }
    if (wrong.size() > MOST_CASES) {
      line(indent + "and %s more in junit.xml".formatted(wrong.size() - MOST_CASES));
    }
  }

  private void log(String indent, String log) {
    line(indent + "log  " + name(log));
    LogTail.of(folder, log).forEach(it -> line(indent + style.faint("| ") + it));
  }

  private void degraded() {
    List<String> lines = new ArrayList<>();
    for (LegRecord leg : view.run().legs()) {
      for (StepRecord step : leg.steps()) {
        if (!step.degraded().isEmpty()) {
          lines.add(
              "  %s %s %s %s: %s"
                  .formatted(
                      style.warn("~"),
                      name(leg.plan().leg()),
                      step.step(),
                      name(step.name()),
                      Clean.line(step.degraded(), WIDEST)));
        }
      }
    }
    if (!lines.isEmpty()) {
      section("Degraded", lines);
      Why.fixable(view)
          .forEach(fact ->
              line(
                  "    %s: %s; %s"
                      .formatted(
                          name(fact.name()),
                          Clean.line(fact.proof(), WIDEST),
                          Clean.line(fact.fix(), WIDEST))));
    }
  }

  private void notRun() {
    List<String> lines = new ArrayList<>();
    for (LegRecord leg : view.run().legs()) {
      String id = name(leg.plan().leg());
      boolean never = leg.outcome() == Outcome.BLOCKED && Why.waitedInVain(leg);
      if (never || leg.outcome() == Outcome.SKIPPED || leg.outcome() == Outcome.PLANNED) {
        lines.add(
            "  %s %s  %s: %s"
                .formatted(
                    style.mark(leg.outcome(), false),
                    id,
                    leg.outcome().word(),
                    Clean.line(leg.reason(), WIDEST)));
        continue;
      }
      for (PlannedStep step : leg.plan().steps()) {
        if (step.decision().equals("off")) {
          lines.add(
              "  %s %s %s %s  off: %s"
                  .formatted(
                      style.faint("-"),
                      id,
                      step.step(),
                      name(step.name()),
                      Clean.line(step.why(), WIDEST)));
        }
      }
    }
    section("Not run", lines);
  }

  private void unfinished() {
    if (view.verdict().kind() != Verdict.Kind.INTERRUPTED
        && view.run().legs().stream().noneMatch(it -> it.outcome() == Outcome.INTERRUPTED)) {
      return;
    }
    List<String> finished = new ArrayList<>();
    List<String> not = new ArrayList<>();
    for (LegRecord leg : view.run().legs()) {
      switch (leg.outcome()) {
        case SKIPPED, PLANNED, OFF -> {}
        case INTERRUPTED ->
            not.add(
                "  %s %s  %s"
                    .formatted(
                        style.bad("x"), name(leg.plan().leg()), Clean.line(leg.reason(), WIDEST)));
        default ->
            finished.add(
                "  %s %s  %s"
                    .formatted(
                        style.mark(leg.outcome(), Why.mayLeak(leg)),
                        name(leg.plan().leg()),
                        leg.outcome().word()));
      }
    }
    section("Finished", finished.isEmpty() ? List.of("  nothing") : finished);
    section("Not finished", not);
    line("");
    if (view.run().merged().isEmpty()) {
      line("go on with it  " + Again.resumed(view.run().started(), folder));
    }
    line("run it again  " + Again.all(view.run().started()));
  }

  private void dry(LegRecord leg) {
    line("");
    line(style.strong(name(leg.plan().leg())) + "  " + name(leg.plan().title()));
    switch (leg.plan().decision()) {
      case "skip" -> line("  would be skipped: " + Clean.line(leg.plan().why(), WIDEST));
      case "planned" -> line("  is planned: " + Clean.line(leg.plan().why(), WIDEST));
      default -> {
        List<Integer> numbers = leg.plan().steps().stream().map(PlannedStep::step).toList();
        actions(leg).filter(it -> !numbers.contains(it.step())).forEach(it -> dry("  ", it));
        for (PlannedStep step : leg.plan().steps()) {
          boolean off = step.decision().equals("off");
          line("  step %s %s".formatted(step.step(), name(step.name())));
          if (!step.why().isEmpty()) {
            line((off ? "    off: " : "    degraded: ") + Clean.line(step.why(), WIDEST));
          }
          actions(leg).filter(it -> it.step() == step.step()).forEach(it -> dry("    ", it));
        }
      }
    }
  }

  private Stream<DryAction> actions(LegRecord leg) {
    return view.dry().getOrDefault(leg.plan().leg(), List.of()).stream();
  }

  private void dry(String indent, DryAction action) {
    line(indent + Paste.of(action.what()));
  }

  private void kept() {
    List<String> there = FILES.stream().filter(it -> Files.exists(folder.resolve(it))).toList();
    line("");
    line(
        "everything is in %s%s"
            .formatted(
                Clean.line(folder.toString()),
                there.isEmpty() ? "" : ": " + String.join(" ", there)));
  }

  private void verdict() {
    Verdict.Kind kind = view.verdict().kind();
    String about =
        kind == Verdict.Kind.DRY
            ? "nothing ran"
            : view.isDry()
                ? "a dry run: nothing ran"
                : Tally.of(view.run()).line(kind == Verdict.Kind.GREEN, view.run().millis());
    line("");
    line(style.verdict(kind) + (view.mark().isEmpty() ? "  " : "  " + view.mark() + ": ") + about);
    List<String> reasons = Why.verdict(view);
    for (String reason : reasons.subList(0, Math.min(MOST_REASONS, reasons.size()))) {
      line("  - " + Clean.line(reason, WIDEST));
    }
    if (reasons.size() > MOST_REASONS) {
      line("  - and %s more in summary.md".formatted(reasons.size() - MOST_REASONS));
    }
    if (!view.mark().isEmpty()) {
      line(style.warn(Clean.line(Why.mark(view), WIDEST)));
    }
  }

  private void section(String title, List<String> lines) {
    if (!lines.isEmpty()) {
      line("");
      line(style.strong(title));
      lines.forEach(this::line);
    }
  }

  /** Lines of somebody else, each behind a bar, so that none is taken for one of ours. */
  private void block(String indent, String said) {
    List<String> lines = Clean.lines(said);
    for (String it : lines.subList(0, Math.min(MOST_LINES, lines.size()))) {
      line(indent + style.faint("| ") + Clean.cut(it, WIDEST));
    }
    if (lines.size() > MOST_LINES) {
      line(indent + style.faint("| ") + "… %s more lines".formatted(lines.size() - MOST_LINES));
    }
  }

  private void line(String line) {
    text.append(line.stripTrailing()).append('\n');
  }

  private static String name(String name) {
    return Clean.line(name, WIDEST);
  }
}
