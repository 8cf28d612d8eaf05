package gate.report;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.HostFact;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.PlannedStep;
import gate.journal.Event.RunStarted;
import gate.journal.Event.ToggleValue;
import gate.journal.Format;
import gate.journal.Judge;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells of a run, event by event. */
final class Story {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final Instant START = Instant.parse("2026-11-23T05:12:44Z");

  private final List<Entry> entries = new ArrayList<>();
  private long millis;

  /** How a run begins; what a story needs otherwise is changed by its {@code with}. */
  record Start(boolean dry, boolean strict, List<String> selected, List<ToggleValue> toggles) {
    static final Start PLAIN = new Start(false, false, List.of(), List.of());

    Start selected(String... legs) {
      return new Start(dry, strict, List.of(legs), toggles);
    }

    Start toggle(String name, String value, String source) {
      List<ToggleValue> all = new ArrayList<>(toggles);
      all.add(new ToggleValue(name, value, source));
      return new Start(dry, strict, selected, all);
    }

    Start onlyDry() {
      return new Start(true, strict, selected, toggles);
    }

    Start onlyStrict() {
      return new Start(dry, true, selected, toggles);
    }
  }

  static Story begin(Start start, PlannedLeg... legs) {
    Story story = new Story();
    List<String> command = new ArrayList<>(List.of("./jbang", "matrix.java"));
    command.addAll(start.selected());
    story.add(
        0,
        new RunStarted(
            Format.VERSION,
            "1.0.0",
            "20261123T051244Z",
            "integration-matrix",
            "matrix.yaml",
            command,
            COMMIT,
            "89abcdef0123456789abcdef0123456789abcdef",
            true,
            start.dry(),
            start.strict(),
            2,
            5,
            start.selected(),
            start.toggles(),
            List.of(
                new HostFact("cargo", "present", "present", "cargo 1.91.0", "", Map.of()),
                new HostFact(
                    "kvm",
                    "missing",
                    "absent",
                    "/dev/kvm isn't there",
                    "load the module: modprobe kvm_intel",
                    Map.of())),
            false,
            new java.util.TreeMap<>(
                Map.of("PATH", "/usr/bin:/bin", "RUSTFLAGS", "-C debug-assertions")),
            List.of("BASH_ENV", "LD_PRELOAD")));
    return story.add(3, new Event.Planned(List.of(legs)));
  }

  static PlannedLeg leg(
      String leg, String title, String decision, String why, PlannedStep... steps) {
    return new PlannedLeg(
        leg,
        title,
        List.of("a", "b"),
        List.of(),
        List.of(),
        decision,
        why,
        true,
        List.of(),
        List.of(steps));
  }

  static PlannedStep step(int number, String name) {
    return new PlannedStep(number, name, "run", "", false);
  }

  static PlannedStep off(int number, String name, String why) {
    return new PlannedStep(number, name, "off", why, false);
  }

  /** The same from another matrix.yaml. */
  Story definedIn(java.nio.file.Path file) {
    Entry first = entries.getFirst();
    RunStarted it = (RunStarted) first.event();
    RunStarted other =
        new RunStarted(
            it.format(),
            it.gate(),
            it.run(),
            it.name(),
            file.toString(),
            it.command(),
            it.commit(),
            it.tree(),
            it.dirty(),
            it.dry(),
            it.strict(),
            it.jobs(),
            it.legs(),
            it.selected(),
            it.toggles(),
            it.facts(),
            it.flakyAllowed(),
            it.environment(),
            it.dropped());
    entries.set(0, new Entry(first.seq(), first.at(), first.millis(), other));
    return this;
  }

  Story add(long after, Event event) {
    millis += after;
    entries.add(new Entry(entries.size() + 1, START.plusMillis(millis), millis, event));
    return this;
  }

  Story legStarts(String leg, int attempt) {
    return add(2, new Event.LegStarted(leg, attempt));
  }

  Story stepStarts(String leg, int attempt, int step, String name) {
    return add(1, new Event.StepStarted(leg, attempt, step, name, log(leg, attempt, step)));
  }

  static String log(String leg, int attempt, int step) {
    return "legs/%s/%d/step-%d.log".formatted(leg, attempt, step);
  }

  Story passes(String leg, int attempt, int step, String group, String name) {
    return add(
        40,
        new Event.CaseFinished(
            leg, attempt, step, group, name, Outcome.PASSED, Optional.of(39L), "", ""));
  }

  Story fails(String leg, int attempt, int step, String group, String name, String message) {
    return add(
        40,
        new Event.CaseFinished(
            leg,
            attempt,
            step,
            group,
            name,
            Outcome.FAILED,
            Optional.empty(),
            message,
            "connected to 127.0.0.1\n" + message));
  }

  Story stepEnds(String leg, int attempt, int step, Outcome outcome, String reason) {
    return stepEnds(leg, attempt, step, outcome, reason, "");
  }

  Story stepEnds(
      String leg, int attempt, int step, Outcome outcome, String reason, String degraded) {
    return add(
        1_234,
        new Event.StepFinished(
            leg,
            attempt,
            step,
            outcome,
            reason,
            outcome.bad() ? "cd reference && cargo test -p flaredb --test 'fail over'" : "",
            degraded,
            false,
            1_280));
  }

  Story legEnds(String leg, int attempt, Outcome outcome, String reason) {
    return add(5, new Event.LegFinished(leg, attempt, outcome, reason, 2_600));
  }

  Story ends() {
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

  /** A leg that passes, with two cases. */
  Story good(String leg, PlannedStep... steps) {
    legStarts(leg, 1);
    for (PlannedStep step : steps) {
      stepStarts(leg, 1, step.step(), step.name());
      passes(leg, 1, step.step(), "failover", "a_leader_dies");
      passes(leg, 1, step.step(), "failover", "a_follower_dies");
      stepEnds(leg, 1, step.step(), Outcome.PASSED, "");
    }
    return legEnds(leg, 1, Outcome.PASSED, "");
  }
}
