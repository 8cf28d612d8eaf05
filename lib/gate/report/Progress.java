package gate.report;

import gate.journal.Event;
import gate.journal.Event.CaseFinished;
import gate.journal.Event.HostFact;
import gate.journal.Event.LegFinished;
import gate.journal.Event.LegStarted;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.PlannedStep;
import gate.journal.Event.RunStarted;
import gate.journal.Event.StepFinished;
import gate.journal.Event.StepStarted;
import gate.journal.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** The lines that a run leaves behind while it goes on: what an event adds to them. */
final class Progress {
  private static final int WIDEST = 200;
  private static final int MORE_LINES = 4;

  private final Style style;
  private final boolean starts;
  private final Map<String, PlannedLeg> plan = new LinkedHashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, Map<Outcome, Integer>> cases = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private Optional<RunStarted> unsaid = Optional.empty();
  private Optional<Event.PartTaken> part = Optional.empty();
  private Optional<Event.InputsRead> read = Optional.empty();
  private RunStarted run;
  private int merged;
  private boolean dry;

  /**
   * @param starts whether the beginning of a leg or step is a line, too
   */
  Progress(Style style, boolean starts) {
    this.style = style;
    this.starts = starts;
  }

  /** The event's lines, fit for a terminal. */
  List<String> of(Event event) {
    List<String> lines = new ArrayList<>();
    switch (event) {
      case RunStarted started -> {
        unsaid = Optional.of(started);
        run = started;
        dry = started.dry();
      }
      case Event.RunResumed resumed -> {
        unsaid = Optional.of(resumed.now());
        run = resumed.now();
        cases.clear();
        said(resumed, lines);
      }
      case Event.PartTaken taken -> part = Optional.of(taken);
      case Event.PartMerged _ -> merged++;
      case Event.InputsRead inputs -> read = Optional.of(inputs);
      case Event.GateStarted _ -> {}
      case Event.Planned planned -> {
        unsaid.ifPresent(it -> {
          lines.add(header(it, Optional.of(planned.legs())));
          lines.addAll(host(it.facts()));
        });
        unsaid = Optional.empty();
        unmergeable().ifPresent(lines::add);
        read.ifPresent(it -> {
          it.settings().forEach((file, what) -> setting(file, what).ifPresent(lines::add));
          it.unbound().forEach(why -> lines.add(unbound(why)));
        });
        planned.legs().forEach(leg -> plan(leg, lines));
        atBest(planned.legs()).ifPresent(lines::add);
      }
      default -> {
        if (unsaid.isPresent()) {
          lines.addAll(end());
        }
        happened(event, lines);
      }
    }
    return lines;
  }

  private void said(Event.RunResumed resumed, List<String> lines) {
    resumed.changed().forEach(change -> lines.add(style.warn("~") + " " + said(change)));
    lines.add(
        resumed.kept().isEmpty()
            ? "resumed; every leg is run again"
            : "resumed; kept as they ended: "
                + Clean.line(
                    resumed.kept().stream().map(Event.Kept::leg).collect(Collectors.joining(", ")),
                    WIDEST));
  }

  /** What is left to say when nothing more comes. */
  List<String> end() {
    List<String> lines = unsaid.map(it -> List.of(header(it, Optional.empty()))).orElse(List.of());
    unsaid = Optional.empty();
    return lines;
  }

  private String header(RunStarted run, Optional<List<PlannedLeg>> legs) {
    boolean differs = read.filter(Event.InputsRead::differs).isPresent();
    StringJoiner text = new StringJoiner(" · ");
    text.add(style.strong(Clean.line(run.name() + " " + run.run(), WIDEST)));
    legs.ifPresent(it -> text.add(Amounts.of(it.size(), "leg")));
    if (run.command().stream().noneMatch(it -> it.matches("--engine(=.*)?"))) {
      text.add("-j " + run.jobs()); // an engine has its own
    }
    text.add(
        Clean.line("commit " + Why.shortened(run.commit()), WIDEST)
            + (run.dirty() || differs ? " (dirty)" : ""));
    if (!run.selected().isEmpty()) {
      text.add("SELECTED " + Clean.line(String.join(" ", run.selected()), WIDEST));
    }
    part.ifPresent(it ->
        text.add(
            "%s of %s"
                .formatted(it.label().toUpperCase(Locale.ROOT), Amounts.of(it.all(), "leg"))));
    if (merged > 0) {
      text.add("merged from " + Amounts.of(merged, "part"));
    }
    if (run.dry()) {
      text.add("DRY RUN");
    }
    return text.toString();
  }

  /** What the run has of the host: in a line, and what is wrong in one each. */
  private List<String> host(List<HostFact> facts) {
    Set<String> fine = new LinkedHashSet<>(); // a merged run has those of several hosts
    List<String> lines = new ArrayList<>();
    for (HostFact fact : facts) {
      if (fact.state().equals("present")) {
        String version = fact.details().getOrDefault("version", "");
        fine.add(Clean.line((fact.name() + " " + version).strip(), WIDEST));
      } else if (!dry) {
        lines.add(
            "%s %s  %s: %s"
                .formatted(
                    style.warn("~"), name(fact.name()), said(fact.level()), said(fact.proof())));
        if (!fact.fix().isEmpty()) {
          lines.add("  fix: " + said(fact.fix()));
        }
      }
    }
    if (!fine.isEmpty() && !dry) {
      lines.addFirst("host: " + String.join(", ", fine));
    }
    return lines;
  }

  /** What the plan says already of the verdict. */
  private Optional<String> atBest(List<PlannedLeg> legs) {
    List<PlannedStep> degraded =
        legs.stream()
            .filter(leg -> leg.decision().equals("run"))
            .flatMap(leg -> leg.steps().stream())
            .filter(step -> step.decision().equals("run") && !step.why().isEmpty())
            .toList();
    if (dry || degraded.isEmpty()) {
      return Optional.empty();
    }
    boolean asked = degraded.stream().allMatch(PlannedStep::asked);
    return Optional.of(
        style.warn("~")
            + " at best this run is PARTIAL, with exit code "
            + (asked ? "0, for it was asked for" : "3, for nobody asked for it"));
  }

  /** Parts are held against one another by the commit that they test. */
  private Optional<String> unmergeable() {
    List<Event.Source> sources = read.map(Event.InputsRead::sources).orElse(List.of());
    boolean unknown =
        dry
            ? run.commit().equals("unknown")
            : sources.isEmpty() || sources.stream().anyMatch(it -> it.content().equals("unknown"));
    boolean differs = run.dirty() || sources.stream().anyMatch(Event.Source::dirty);
    if (part.isEmpty() || !unknown && !differs) {
      return Optional.empty();
    }
    return Optional.of(
        "%s %s, so that the merged run will be red: %s"
            .formatted(
                style.warn("~"),
                unknown ? "git doesn't know what is tested" : "files differ from the commit",
                unknown
                    ? "test what is committed to a repository"
                    : "put away what `git status` shows (`git stash -u`) and start this part again,"
                        + " or commit it and start all parts again"));
  }

  private void plan(PlannedLeg leg, List<String> lines) {
    plan.put(leg.leg(), leg);
    leg.steps().forEach(step -> names.put(key(leg.leg(), 0, step.step()), step.name()));
    if (dry) {
      return;
    }
    switch (leg.decision()) {
      case "skip" -> lines.add(notRun(leg, Outcome.SKIPPED));
      case "planned" -> lines.add(notRun(leg, Outcome.PLANNED));
      default ->
          leg.steps().stream()
              .filter(step -> step.decision().equals("run") && !step.why().isEmpty())
              .forEach(step -> lines.add(degraded(leg, step)));
    }
  }

  private String notRun(PlannedLeg leg, Outcome outcome) {
    return "%s %s  %s  %s"
        .formatted(style.mark(outcome, false), name(leg.leg()), outcome.word(), said(leg.why()))
        .stripTrailing();
  }

  private String degraded(PlannedLeg leg, PlannedStep step) {
    return "%s %s %s %s  will run degraded: %s"
        .formatted(
            style.warn("~"), name(leg.leg()), step.step(), name(step.name()), said(step.why()));
  }

  /** Cargo's, where a file of them can change what is built. */
  private Optional<String> setting(String file, String what) {
    int sets = what.indexOf(Event.InputsRead.SETS);
    return sets < 0
        ? Optional.empty()
        : Optional.of(
            "%s cargo goes by %s, which no commit holds%s"
                .formatted(style.warn("~"), name(file), said(what.substring(sets))));
  }

  private String unbound(String why) {
    return style.warn("~") + " this run can't be kept as evidence: " + said(why);
  }

  private void happened(Event event, List<String> lines) {
    switch (event) {
      case Event.StrayBuilt stray -> lines.add(unbound(stray.sentence()));
      case Event.Problem problem -> lines.add(style.bad("!") + " " + said(problem.text()));
      case Event.InputsChanged changed ->
          lines.add(
              style.bad("!")
                  + " what is tested changed meanwhile: "
                  + said(String.join(", ", changed.files())));
      case Event.StopRequested stop -> lines.add(style.bad("!") + " stopping: " + said(stop.why()));
      case Event.BuildFinished build -> lines.add(built(build));
      case LegStarted leg -> {
        cases.keySet().removeIf(it -> it.endsWith(key(leg))); // those of a machine that broke
        if (starts && !dry) {
          lines.add(begun(leg));
        }
      }
      case StepStarted step when starts && !dry -> lines.add(begun(step));
      case CaseFinished test -> {
        cases
            .computeIfAbsent(
                key(test.leg(), test.attempt(), test.step()), _ -> new EnumMap<>(Outcome.class))
            .merge(test.outcome(), 1, Integer::sum);
        if (test.outcome() != Outcome.PASSED && test.outcome() != Outcome.SKIPPED) {
          lines.add(ended(test));
          lines.addAll(more(test.message()));
          boolean first = told.add(key(test.leg(), test.attempt(), test.step()));
          if (first && test.outcome().bad()) {
            lines.add("      repeat the leg  " + Again.leg(run, test.leg()));
          }
        }
      }
      case StepFinished step when !dry -> {
        lines.add(ended(step));
        if (step.outcome().bad() && step.outcome() != Outcome.INTERRUPTED) {
          lines.addAll(more(step.reason()));
          repeat(step).ifPresent(lines::add);
        }
      }
      case LegFinished leg when !dry && runs(leg.leg()) -> lines.add(ended(leg));
      default -> {}
    }
  }

  /** What a message says beyond its first line. */
  private List<String> more(String message) {
    List<String> lines = Clean.lines(message);
    return lines.stream()
        .skip(1)
        .limit(MORE_LINES)
        .map(line -> "      " + style.faint("| ") + Clean.cut(line, WIDEST))
        .toList();
  }

  private Optional<String> repeat(StepFinished step) {
    if (!step.repeat().isEmpty()) {
      return Optional.of("    repeat the step  " + Paste.of(step.repeat()));
    }
    return told.contains(key(step.leg(), step.attempt(), step.step()))
        ? Optional.empty()
        : Optional.of("    repeat the leg  " + Again.leg(run, step.leg()));
  }

  private boolean runs(String leg) {
    return !plan.containsKey(leg) || plan.get(leg).decision().equals("run");
  }

  private String built(Event.BuildFinished build) {
    return "%s %s  %s  %s"
        .formatted(
            style.mark(build.ok() ? Outcome.PASSED : Outcome.FAILED, false),
            build.ok() ? "built" : "build failed",
            Amounts.time(build.millis()),
            said(build.command()));
  }

  private String begun(LegStarted leg) {
    String title = plan.containsKey(leg.leg()) ? plan.get(leg.leg()).title() : "";
    return "> %s%s  %s".formatted(name(leg.leg()), attempt(leg.attempt()), name(title));
  }

  private String begun(StepStarted step) {
    return "  > " + where(step.leg(), step.attempt(), step.step(), step.name());
  }

  private String ended(CaseFinished test) {
    return "    %s %s case %s  %s%s"
        .formatted(
            style.mark(test.outcome(), false),
            where(test.leg(), test.attempt(), test.step(), ""),
            name((test.group() + " " + test.name()).strip()),
            test.outcome().word(),
            after(": ", said(test.message())));
  }

  private String ended(StepFinished step) {
    StringJoiner text = new StringJoiner("  ");
    text.add(
        where(
            step.leg(),
            step.attempt(),
            step.step(),
            names.getOrDefault(key(step.leg(), 0, step.step()), "")));
    text.add(step.outcome().word());
    var counts = cases.remove(key(step.leg(), step.attempt(), step.step()));
    if (counts != null) {
      text.add(Tally.cases(counts));
    }
    text.add(Amounts.time(step.millis()));
    if (!step.degraded().isEmpty()) {
      text.add("degraded: " + said(step.degraded()));
    }
    if (!step.reason().isEmpty()) {
      text.add(said(step.reason()));
    }
    String mark =
        step.outcome() == Outcome.PASSED && !step.degraded().isEmpty()
            ? style.warn("~")
            : style.mark(step.outcome(), mayLeak(step.leg()));
    return "  " + mark + " " + text;
  }

  private String ended(LegFinished leg) {
    return "%s %s%s  %s%s%s"
        .formatted(
            style.mark(leg.outcome(), mayLeak(leg.leg())),
            name(leg.leg()),
            attempt(leg.attempt()),
            leg.outcome().word(),
            leg.attempt() == 0 ? "" : "  " + Amounts.time(leg.millis()),
            after("  ", said(leg.reason())))
        .stripTrailing();
  }

  private boolean mayLeak(String leg) {
    return plan.containsKey(leg) && plan.get(leg).allow().contains("leaked");
  }

  private static String where(String leg, int attempt, int step, String name) {
    return name(leg) + attempt(attempt) + " " + step + after(" ", name(name));
  }

  private static String attempt(int attempt) {
    return attempt > 1 ? " (attempt " + attempt + ")" : "";
  }

  private static String key(String leg, int attempt, int step) {
    return step + " " + attempt + " " + leg;
  }

  private static String key(LegStarted leg) {
    return " " + leg.attempt() + " " + leg.leg();
  }

  private static String name(String name) {
    return Clean.line(name, WIDEST);
  }

  private static String said(String text) {
    return Clean.cut(Clean.first(text), WIDEST);
  }

  private static String after(String before, String text) {
    return text.isEmpty() ? "" : before + text;
  }
}
