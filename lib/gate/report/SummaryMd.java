package gate.report;

import gate.journal.Event.ArtifactKept;
import gate.journal.Event.CaseFinished;
import gate.journal.Event.HostFact;
import gate.journal.Event.MachineUsed;
import gate.journal.Event.PartMerged;
import gate.journal.Event.PlannedStep;
import gate.journal.Event.RunStarted;
import gate.journal.Event.ServerUsed;
import gate.journal.Event.ServiceReady;
import gate.journal.Event.ToggleValue;
import gate.journal.Outcome;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import gate.journal.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A run in Markdown, for release notes and the summaries of CI jobs. */
public final class SummaryMd {
  private static final int WIDEST_FACT = 80;
  private static final int MOST_CASES = 20;
  private static final int MOST_LINES = 20;

  private final View view;
  private final StringBuilder text = new StringBuilder();

  private SummaryMd(View view) {
    this.view = view;
  }

  /** All of the file. */
  public static String render(View view) {
    return new SummaryMd(view).render();
  }

  private String render() {
    verdict();
    about();
    legs();
    if (!view.isDry()) {
      view.run().legs().stream().filter(Why::needsDetail).forEach(this::wrong);
      degraded();
    }
    notRun();
    parts();
    toggles();
    environment();
    services();
    servers();
    machines();
    artifacts();
    return text.toString();
  }

  private void verdict() {
    RunStarted run = view.run().started();
    Verdict.Kind kind = view.verdict().kind();
    text.append("## %s: %s%s\n".formatted(Markdown.text(run.name()), kind, view.marked()));
    if (!view.mark().isEmpty()) {
      text.append("\n**").append(Markdown.text(Why.mark(view))).append("**\n");
    }
    text.append("\n");
    text.append(
        view.isDry()
            ? "A dry run: nothing ran.\n"
            : Markdown.text(
                    Tally.of(view.run()).line(kind == Verdict.Kind.GREEN, view.run().millis()))
                + "\n");
    List<String> reasons = Why.verdict(view);
    if (!reasons.isEmpty()) {
      text.append("\n");
      reasons.forEach(it -> text.append("- ").append(Markdown.text(it)).append("\n"));
    }
  }

  private void about() {
    RunStarted run = view.run().started();
    text.append("\n");
    text.append(Markdown.head("run", Markdown.code(run.run())));
    text.append(
        Markdown.row(
            "commit",
            Markdown.code(run.commit())
                + (run.dirty() ? " **dirty**: files differ from the commit" : "")));
    text.append(Markdown.row("tree", Markdown.code(run.tree())));
    text.append(Markdown.row("gate", Markdown.code(run.gate())));
    text.append(Markdown.row("command", Markdown.code(gate.base.Commands.line(run.command()))));
  }

  /** Of a merged run: what each host told of itself. */
  private void parts() {
    if (view.run().merged().isEmpty()) {
      return;
    }
    text.append("\n").append(Markdown.head("part", "came to", "legs", "began", "time", "host"));
    for (PartMerged it : view.run().merged()) {
      text.append(
          Markdown.row(
              Markdown.text(it.part().label()),
              it.verdict().name(),
              Integer.toString(it.part().places().size()),
              Markdown.text(it.at()),
              Amounts.time(it.millis()),
              Markdown.text(
                  it.started().facts().stream()
                      .map(SummaryMd::fact)
                      .collect(Collectors.joining(", ")))));
    }
  }

  private static String fact(HostFact fact) {
    String more =
        fact.state().equals("present") ? fact.details().getOrDefault("version", "") : fact.level();
    return Clean.line((fact.name() + " " + more).strip(), WIDEST_FACT);
  }

  private void legs() {
    text.append("\n").append(Markdown.head("leg", "outcome", "steps", "cases", "time", "why"));
    for (LegRecord leg : view.run().legs()) {
      List<StepRecord> steps = leg.steps();
      List<CaseFinished> cases = steps.stream().flatMap(step -> step.cases().stream()).toList();
      text.append(
          Markdown.row(
              Markdown.code(leg.plan().leg()) + " " + Markdown.text(leg.plan().title()),
              outcome(leg),
              view.isDry() ? "" : Tally.text(Tally.steps(steps)),
              view.isDry() ? "" : Tally.text(Tally.cases(cases)),
              leg.millis() == 0 ? "" : Amounts.time(leg.millis()),
              view.isDry() ? "" : Markdown.text(Clean.first(leg.reason()))));
    }
  }

  private String outcome(LegRecord leg) {
    if (view.isDry()) {
      return switch (leg.plan().decision()) {
        case "skip" -> "would be skipped";
        case "planned" -> "planned";
        default -> "would run";
      };
    }
    return leg.outcome() == Outcome.PASSED ? "passed" : "**" + leg.outcome().word() + "**";
  }

  private void wrong(LegRecord leg) {
    text.append("\n### %s %s\n".formatted(Markdown.code(leg.plan().leg()), leg.outcome().word()));
    block(leg.reason());
    for (StepRecord step : leg.steps()) {
      if (Why.wrong(step)) {
        wrong(leg, step);
      }
    }
    text.append("\nRepeat the leg: ")
        .append(Markdown.code(Again.leg(view.run().started(), leg.plan().leg())))
        .append("\n");
  }

  private void wrong(LegRecord leg, StepRecord step) {
    text.append(
        "\n**Step %s** %s: %s\n"
            .formatted(step.step(), Markdown.text(step.name()), step.outcome().word()));
    if (!Clean.line(Why.step(step)).equals(Clean.line(leg.reason()))) {
      block(Why.step(step));
    }
    List<CaseFinished> wrong = step.cases().stream().filter(it -> it.outcome().bad()).toList();
    for (CaseFinished test : wrong.subList(0, Math.min(MOST_CASES, wrong.size()))) {
      text.append(
          "\nCase %s: %s\n"
              .formatted(
                  Markdown.code((test.group() + " " + test.name()).strip()),
                  test.outcome().word()));
      block(test.message());
    }
    if (wrong.size() > MOST_CASES) {
      text.append("\nand %s more cases in junit.xml\n".formatted(wrong.size() - MOST_CASES));
    }
    if (!step.log().isEmpty()) {
      text.append("\nLog: ").append(Markdown.code(step.log())).append("\n");
    }
    if (!step.repeat().isEmpty()) {
      text.append("\nRepeat the step: ")
          .append(Markdown.code(Paste.of(step.repeat())))
          .append("\n");
    }
  }

  private void degraded() {
    List<String> lines = new ArrayList<>();
    for (LegRecord leg : view.run().legs()) {
      for (StepRecord step : leg.steps()) {
        if (!step.degraded().isEmpty()) {
          lines.add(
              "%s step %s %s: %s"
                  .formatted(
                      Markdown.code(leg.plan().leg()),
                      step.step(),
                      Markdown.text(step.name()),
                      Markdown.text(step.degraded())));
        }
      }
    }
    if (!lines.isEmpty()) {
      for (HostFact fact : Why.fixable(view)) {
        lines.add(
            "%s: %s; %s"
                .formatted(
                    Markdown.code(fact.name()),
                    Markdown.text(fact.proof()),
                    Markdown.text(fact.fix())));
      }
    }
    section("Degraded", lines);
  }

  private void notRun() {
    List<String> lines = new ArrayList<>();
    for (LegRecord leg : view.run().legs()) {
      String id = Markdown.code(leg.plan().leg());
      switch (leg.plan().decision()) {
        case "skip" -> lines.add(id + " skipped: " + Markdown.text(leg.plan().why()));
        case "planned" -> lines.add(id + " planned: " + Markdown.text(leg.plan().why()));
        default -> {
          for (PlannedStep step : leg.plan().steps()) {
            if (step.decision().equals("off")) {
              lines.add(
                  "%s step %s %s off: %s"
                      .formatted(
                          id, step.step(), Markdown.text(step.name()), Markdown.text(step.why())));
            }
          }
        }
      }
    }
    section("Not run", lines);
  }

  private void toggles() {
    List<String> lines = new ArrayList<>();
    for (ToggleValue toggle : view.run().started().toggles()) {
      if (!toggle.value().isEmpty()) {
        lines.add(
            "%s %s"
                .formatted(
                    Markdown.code(toggle.name() + "=" + toggle.value()),
                    Markdown.text("(" + toggle.source() + ")")));
      }
    }
    section("Toggles", lines);
  }

  private void environment() {
    RunStarted run = view.run().started();
    List<String> lines = new ArrayList<>();
    run.environment().forEach((name, value) -> lines.add(Markdown.code(name + "=" + value)));
    section("Environment", lines);
    section("Dropped from the environment", run.dropped().stream().map(Markdown::code).toList());
    section(
        "Cargo's settings that no commit holds",
        view.run().inputs().stream()
            .flatMap(it -> it.settings().entrySet().stream())
            .map(it -> Markdown.code(it.getKey()) + " sha256 " + Markdown.code(it.getValue()))
            .toList());
    section("Not bound to the commit", view.run().unbound().stream().map(Markdown::text).toList());
  }

  private void services() {
    List<String> lines = new ArrayList<>();
    for (LegRecord leg : view.run().legs()) {
      for (ServiceReady service : leg.services()) {
        if (service.origin().equals("named")) {
          lines.add(
              "%s of %s at %s, version %s"
                  .formatted(
                      Markdown.code(service.service()),
                      Markdown.code(leg.plan().leg()),
                      Markdown.code(String.join(" ", service.endpoints())),
                      Markdown.code(service.version())));
        }
      }
    }
    section("Services that the user named", lines);
  }

  private void servers() {
    List<String> lines = new ArrayList<>();
    for (LegRecord leg : view.run().legs()) {
      for (StepRecord step : leg.steps()) {
        for (ServerUsed server : step.servers()) {
          lines.add(
              "%s, %s: %s, version %s, commit %s"
                  .formatted(
                      Markdown.code(leg.plan().leg()),
                      Markdown.text(step.name()),
                      server.origin().equals("named")
                          ? Markdown.code(server.service()) + " at " + Markdown.code(server.url())
                          : "%d × %s of its own"
                              .formatted(server.count(), Markdown.code(server.service())),
                      Markdown.code(server.version()),
                      Markdown.code(server.commit())));
        }
      }
    }
    section("Servers that the tests say they talked to", lines);
  }

  private void machines() {
    List<String> lines = new ArrayList<>();
    for (LegRecord leg : view.run().legs()) {
      for (StepRecord step : leg.steps()) {
        for (MachineUsed machine : step.machines()) {
          lines.add(
              "%s, %s: %s on %s, guest %s, uuid %s"
                  .formatted(
                      Markdown.code(leg.plan().leg()),
                      Markdown.text(step.name()),
                      Markdown.code(machine.machine()),
                      Markdown.code(machine.accelerator()),
                      Markdown.text(machine.guest()),
                      Markdown.code(machine.uuid())));
        }
      }
    }
    section("Virtual machines that the tests had running", lines);
  }

  private void artifacts() {
    List<String> lines = new ArrayList<>();
    for (LegRecord leg : view.run().legs()) {
      for (StepRecord step : leg.steps()) {
        for (ArtifactKept artifact : step.artifacts()) {
          lines.add(
              "%s, %s: %s, %s, sha256 %s%s"
                  .formatted(
                      Markdown.code(leg.plan().leg()),
                      Markdown.text(step.name()),
                      Markdown.code(artifact.artifact()),
                      Amounts.of(artifact.size(), "byte"),
                      Markdown.code(artifact.sha256()),
                      artifact.copy().isEmpty()
                          ? ", not copied"
                          : ", copied to " + Markdown.code(artifact.copy())));
        }
      }
    }
    section("Artifacts", lines);
  }

  private void section(String title, List<String> lines) {
    if (!lines.isEmpty()) {
      text.append("\n### ").append(title).append("\n\n");
      lines.forEach(it -> text.append("- ").append(it).append("\n"));
    }
  }

  private void block(String said) {
    List<String> lines = Clean.lines(said);
    if (!lines.isEmpty()) {
      List<String> shown = new ArrayList<>(lines.subList(0, Math.min(MOST_LINES, lines.size())));
      if (lines.size() > MOST_LINES) {
        shown.add("… %s more lines".formatted(lines.size() - MOST_LINES));
      }
      text.append("\n").append(Markdown.block(shown));
    }
  }
}
