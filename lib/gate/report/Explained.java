package gate.report;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.CaseFinished;
import gate.journal.Event.PlannedStep;
import gate.journal.Outcome;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import gate.journal.Verdict;
import gate.report.Span.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why a leg of a run came out as it did, from its journal and its logs alone. */
public final class Explained {
  private static final int MOST_OTHERS = 5;

  private static final int MOST_CASES = 10;

  private final View view;
  private final Path folder;
  private final List<Span> timeline;

  private Explained(Path folder, List<Entry> entries) {
    this.view = View.of(entries);
    this.folder = folder;
    this.timeline = Spans.of(entries);
  }

  /** The names of a run's legs. */
  public static List<String> legs(List<Entry> entries) {
    return View.of(entries).run().legs().stream().map(it -> it.plan().leg()).toList();
  }

  /** Of a leg that the run has. */
  public static Because of(Path folder, List<Entry> entries, String leg) {
    Explained explained = new Explained(folder, entries);
    return explained.leg(explained.record(leg));
  }

  private LegRecord record(String leg) {
    return view.run().legs().stream()
        .filter(it -> it.plan().leg().equals(leg))
        .findFirst()
        .orElseThrow();
  }

  private Because leg(LegRecord leg) {
    List<Because> because = new ArrayList<>();
    because.add(verdict(leg));
    if (view.isDry()) {
      because.add(new Because("plan", "it was a dry run: nothing ran"));
      return new Because("leg", title(leg, "wasn't run"), because);
    }
    waits(leg.plan().leg()).forEach(because::add);
    if (leg.attempts().isEmpty()) {
      because.addAll(never(leg));
    } else {
      because.addAll(attempts(leg));
    }
    because.addAll(offs(leg));
    because.addAll(remedies(leg));
    return new Because("leg", title(leg, leg.outcome().word()), because);
  }

  private String title(LegRecord leg, String outcome) {
    return "leg `%s` %s in run %s%s"
        .formatted(
            leg.plan().leg(),
            outcome,
            view.run().started().run(),
            leg.millis() == 0 ? "" : " after " + Amounts.time(leg.millis()));
  }

  /** What the leg has to do with the run's verdict. */
  private Because verdict(LegRecord leg) {
    String name = "leg `" + leg.plan().leg() + "` ";
    List<Because> reasons =
        view.verdict().reasons().stream()
            .filter(it -> it.startsWith(name))
            .map(it -> new Because("reason", Clean.first(it)))
            .toList();
    boolean itself = view.verdict().kind() == Verdict.Kind.RED && !leg.outcome().bad();
    return new Because(
        "verdict",
        "the run is " + view.verdict().kind(),
        reasons.isEmpty() && itself ? others() : reasons);
  }

  /** Why a run is red that this leg isn't to blame for. */
  private List<Because> others() {
    return view.verdict().reasons().stream()
        .limit(MOST_OTHERS)
        .map(it -> new Because("reason", Clean.first(it)))
        .toList();
  }

  private List<Because> waits(String leg) {
    return Waits.of(view.run(), timeline, leg).stream()
        .map(it ->
            new Because(
                "wait", "it waited %s for %s".formatted(Amounts.time(it.millis()), it.what())))
        .toList();
  }

  /** Of a leg that never started. */
  private List<Because> never(LegRecord leg) {
    List<Because> because = new ArrayList<>();
    for (String reason : Clean.lines(leg.reason())) {
      because.add(new Because("reason", reason));
    }
    leg.plan().needs().stream()
        .map(this::record)
        .filter(need -> need.outcome() != Outcome.PASSED)
        .map(this::need)
        .forEach(because::add);
    toggles(leg.reason()).forEach(because::add);
    return because;
  }

  /** One that a leg needs, and why that one didn't pass. */
  private Because need(LegRecord need) {
    List<Because> because = new ArrayList<>();
    if (need.attempts().isEmpty()) {
      because.addAll(never(need));
    } else {
      because.addAll(attempts(need));
    }
    return new Because(
        "need", "leg `%s` %s".formatted(need.plan().leg(), need.outcome().word()), because);
  }

  private List<Because> attempts(LegRecord leg) {
    if (leg.attempts().size() == 1) {
      return attempt(leg, leg.attempts().getFirst());
    }
    List<Because> because = new ArrayList<>();
    for (AttemptRecord attempt : leg.attempts()) {
      because.add(
          new Because(
              "attempt",
              "attempt %d of %d %s after %s"
                  .formatted(
                      attempt.attempt(),
                      leg.attempts().size(),
                      attempt.outcome().word(),
                      Amounts.time(attempt.millis())),
              attempt(leg, attempt)));
    }
    return because;
  }

  private List<Because> attempt(LegRecord leg, AttemptRecord attempt) {
    List<Because> because = new ArrayList<>();
    attempt.steps().stream()
        .filter(Why::wrong)
        .map(step -> step(leg, attempt, step))
        .forEach(because::add);
    if (because.isEmpty()) {
      for (String line : Clean.lines(attempt.reason())) {
        because.add(new Because("reason", line));
      }
      failedBuilds().forEach(because::add);
    }
    attempt.unproven().forEach(it -> because.add(new Because("unproven", it)));
    attempt.steps().stream()
        .filter(step -> !step.degraded().isEmpty())
        .map(step -> degraded(step.name(), step.degraded()))
        .forEach(because::add);
    List<String> unreached =
        attempt.steps().stream()
            .filter(Why::neverReached)
            .map(it -> "%d %s".formatted(it.step(), it.name()))
            .toList();
    if (!unreached.isEmpty()) {
      because.add(new Because("unreached", "never reached: " + String.join(", ", unreached)));
    }
    if (because.isEmpty()) {
      because.add(passed(attempt));
    }
    return because;
  }

  private static Because passed(AttemptRecord attempt) {
    long steps = attempt.steps().stream().filter(it -> it.outcome() == Outcome.PASSED).count();
    long cases = attempt.steps().stream().mapToLong(it -> it.cases().size()).sum();
    return new Because(
        "reason",
        "%s and %s passed".formatted(Amounts.of(steps, "step"), Amounts.of(cases, "case")));
  }

  private List<Because> failedBuilds() {
    return view.run().builds().stream()
        .filter(build -> !build.ok())
        .map(build ->
            new Because(
                "build",
                "a build failed after " + Amounts.time(build.millis()),
                log(build.log()),
                Because.command("repeat the build", build.command())))
        .toList();
  }

  private Because step(LegRecord leg, AttemptRecord attempt, StepRecord step) {
    List<Because> because = new ArrayList<>();
    for (String line : Clean.lines(Why.step(step))) {
      because.add(new Because("reason", line));
    }
    List<CaseFinished> wrong =
        step.cases().stream().filter(it -> it.outcome() != Outcome.PASSED).toList();
    wrong.stream().limit(MOST_CASES).map(Explained::test).forEach(because::add);
    if (wrong.size() > MOST_CASES) {
      because.add(
          new Because("case", "and %d more in junit.xml".formatted(wrong.size() - MOST_CASES)));
    }
    timeline.stream()
        .filter(it -> it.kind() == Kind.PROCESS && it.counts() && it.outcome() != Outcome.PASSED)
        .filter(it -> it.leg().equals(leg.plan().leg()) && it.attempt() == attempt.attempt())
        .filter(it -> it.step() == step.step() || it.step() == 0)
        .map(Explained::process)
        .forEach(because::add);
    if (!step.log().isEmpty()) {
      because.add(log(step.log()));
    }
    if (!step.repeat().isEmpty()) {
      because.add(Because.command("repeat the step", step.repeat()));
    }
    return new Because(
        "step",
        "step %d `%s` %s%s"
            .formatted(
                step.step(),
                step.name(),
                step.outcome().word(),
                Why.timed(step) ? " after " + Amounts.time(step.millis()) : ""),
        because);
  }

  private static Because test(CaseFinished test) {
    return new Because(
        "case",
        "case `%s` %s".formatted((test.group() + " " + test.name()).strip(), test.outcome().word()),
        Clean.lines(test.message()).stream().limit(5).map(it -> new Because("line", it)).toList());
  }

  private static Because process(Span process) {
    return new Because(
        "process",
        "process %s`%s` ended after %s: %s"
            .formatted(
                Optional.ofNullable(process.details().get("pid")).map(it -> it + " ").orElse(""),
                Clean.line(process.name(), 200),
                Amounts.time(process.millis()),
                process.reason()));
  }

  private Because log(String log) {
    return new Because(
        "log",
        "log " + folder.resolve(log),
        LogTail.of(folder, log).stream().map(it -> new Because("line", it)).toList());
  }

  private Because degraded(String step, String why) {
    return new Because(
        "degraded",
        "step `%s` ran degraded: %s".formatted(step, why),
        Why.fixable(view).stream()
            .filter(fact -> why.contains(fact.proof()))
            .map(fact ->
                new Because(
                    "fact",
                    "%s: %s".formatted(fact.name(), fact.proof()),
                    new Because("do", Clean.line(fact.fix()))))
            .toList());
  }

  /** The steps that wait for a toggle. */
  private List<Because> offs(LegRecord leg) {
    return leg.plan().steps().stream()
        .filter(step -> step.decision().equals("off") && leg.plan().decision().equals("run"))
        .map(step -> off(step))
        .toList();
  }

  private Because off(PlannedStep step) {
    return new Because(
        "off", "step %d `%s` is off: %s".formatted(step.step(), step.name(), step.why()));
  }

  /** The toggles of the run that a sentence names, with where their values came from. */
  private List<Because> toggles(String sentence) {
    return view.run().started().toggles().stream()
        .filter(it -> sentence.contains(it.name()))
        .map(Explained::toggle)
        .toList();
  }

  private static Because toggle(Event.ToggleValue toggle) {
    return new Because(
        "toggle",
        toggle.value().isEmpty()
            ? "toggle %s wasn't set".formatted(toggle.name())
            : "toggle %s was `%s` (%s)".formatted(toggle.name(), toggle.value(), toggle.source()));
  }

  private List<Because> remedies(LegRecord leg) {
    String again = Again.leg(view.run().started(), leg.plan().leg());
    return switch (leg.outcome()) {
      case PASSED, SKIPPED, OFF, PLANNED -> List.of();
      case BLOCKED -> blocked(leg);
      case FLAKY ->
          List.of(
              Because.command("repeat the leg", again),
              Because.command("see how often it fails", again + " --repeat 20"));
      case FAILED, TIMED_OUT ->
          List.of(
              Because.command("repeat the leg", again),
              Because.command("look around where it fails", again + " --shell"));
      case LEAKED, ERRORED, INTERRUPTED -> List.of(Because.command("repeat the leg", again));
    };
  }

  private List<Because> blocked(LegRecord leg) {
    List<String> both = new ArrayList<>(leg.plan().needs());
    both.add(leg.plan().leg());
    return List.of(
        Because.command(
            "when that is mended, run it again", Again.legs(view.run().started(), both)));
  }
}
