package gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import gate.journal.Event.HostFact;
import gate.journal.Event.InputsRead;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.PlannedStep;
import gate.journal.Event.RunStarted;
import gate.journal.Event.Source;
import gate.journal.Event.ToggleValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What is kept of a run that was cut off")
class ResumptionTest {
  /** All that a run rests on, by name. */
  private static final Map<String, String> AS_IT_WAS =
      Map.ofEntries(
          Map.entry("gate", "1"),
          Map.entry("commit", "c"),
          Map.entry("toggle", "a"),
          Map.entry("log-dir", "x"),
          Map.entry("flags", ""),
          Map.entry("temp", "/tmp/1"),
          Map.entry("cargo", "1.90"),
          Map.entry("kvm", "present"),
          Map.entry("space", "9"),
          Map.entry("proof", "in 0.3 s"),
          Map.entry("definition", "d"),
          Map.entry("script of a", "s"),
          Map.entry("script of b", "s"),
          Map.entry("content", "t"),
          Map.entry("stray", "v"),
          Map.entry("step of b", "one"));

  private record Run(RunStarted started, InputsRead inputs, List<PlannedLeg> plan) {
    static Run of(Map<String, String> is) {
      return new Run(
          new RunStarted(
              Format.VERSION,
              is.get("gate"),
              "r",
              "n",
              "matrix.yaml",
              List.of(),
              is.get("commit"),
              "t",
              false,
              false,
              false,
              1,
              2,
              List.of(),
              List.of(
                  new ToggleValue("MODE", is.get("toggle"), "environment"),
                  new ToggleValue("LOG_DIR", is.get("log-dir"), "environment")),
              List.of(
                  fact("cargo", "present", is.get("proof"), is.get("cargo")),
                  fact("kvm", is.get("kvm"), is.get("proof"), "v"),
                  fact("space", "present", is.get("space"), is.get("space"))),
              false,
              Map.of("RUSTFLAGS", is.get("flags"), "TMPDIR", is.get("temp")),
              List.of()),
          new InputsRead(
              is.get("definition"),
              Map.of("a", is.get("script of a"), "b", is.get("script of b")),
              List.of(new Source("/f", is.get("commit"), is.get("content"), false))),
          List.of(leg("a", List.of(), "one"), leg("b", List.of("a"), is.get("step of b"))));
    }

    private static HostFact fact(String name, String level, String proof, String version) {
      return new HostFact(name, "present", level, proof, "", Map.of("version", version));
    }

    private static PlannedLeg leg(String id, List<String> needs, String step) {
      return new PlannedLeg(
          id,
          id,
          List.of(),
          needs,
          List.of(),
          "run",
          "",
          false,
          List.of(),
          List.of(new PlannedStep(1, step, "run", "", false)));
    }
  }

  private static List<Entry> entries(Event... events) {
    List<Entry> entries = new ArrayList<>();
    for (Event event : events) {
      entries.add(new Entry(entries.size() + 1, Instant.EPOCH, entries.size(), event));
    }
    return entries;
  }

  private static RunRecord bothPassed() {
    Run run = Run.of(AS_IT_WAS);
    return RunRecord.of(
        entries(
            run.started(),
            run.inputs(),
            new Event.Planned(run.plan()),
            new Event.LegStarted("a", 1),
            new Event.StrayBuilt("/o", "v"),
            new Event.LegFinished("a", 1, Outcome.PASSED, "", 1),
            new Event.LegStarted("b", 1),
            new Event.LegFinished("b", 1, Outcome.PASSED, "", 1)));
  }

  private static Resumption with(String what, String value) {
    Map<String, String> is = new java.util.HashMap<>(AS_IT_WAS);
    if (!what.isEmpty()) {
      is.put(what, value);
    }
    Run now = Run.of(is);
    return Resumption.of(
        bothPassed(), now.started(), now.inputs(), Map.of("/o", is.get("stray")), now.plan());
  }

  private static String names(Resumption resumption) {
    return String.join(" ", resumption.kept().stream().map(Event.Kept::leg).toList());
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource({
    "log-dir, y, a b, ''",
    "space, 3, a b, ''",
    "proof, in 0.4 s, a b, ''",
    "temp, /tmp/2, a b, ''",
    "gate, 2, '', the gate's version was `1` and is `2`",
    "commit, e, '', the commit was `c` and is `e`",
    "toggle, b, '', toggle MODE was `a` and is `b`",
    "toggle, '', '', toggle MODE was `a` and is not set",
    "flags, -O, '', variable RUSTFLAGS was not set and is `-O`",
    "cargo, 1.91, '', fact cargo was `present {version=1.90}` and is `present {version=1.91}`",
    "kvm, no guest runs, '', fact kvm was",
    "definition, e, '', matrix.yaml was `d` and is `e`",
    "content, u, '', content of /f was `t` and is `u`",
    "content, unknown, '', git doesn't know the content of /f",
    "stray, w, '', content of /o was `v` and is `w`",
    "script of a, u, '', the script of leg `a` changed",
    "script of b, u, a, the script of leg `b` changed",
    "step of b, two, a, the plan of leg `b` changed",
  })
  void depends_on(String what, String value, String kept, String says) {
    Resumption resumption = with(what, value);
    assertThat(names(resumption)).isEqualTo(kept);
    assertThat(String.join("\n", resumption.changed())).contains(says);
    assertThat(resumption.changed().isEmpty()).isEqualTo(says.isEmpty());
  }

  @Test
  void is_nothing_where_it_isn_t_known_what_was_tested() {
    Run run = Run.of(AS_IT_WAS);
    RunRecord old =
        RunRecord.of(
            entries(
                run.started(),
                new Event.Planned(run.plan()),
                new Event.LegFinished("a", 1, Outcome.PASSED, "", 1)));
    Resumption resumption = Resumption.of(old, run.started(), run.inputs(), Map.of(), run.plan());
    assertThat(resumption.kept()).isEmpty();
    assertThat(resumption.changed()).containsExactly("what was tested isn't known");
  }

  @Test
  void no_longer_holds_what_was_cut_off_nor_what_went_wrong_around_it() {
    Run run = Run.of(AS_IT_WAS);
    List<Event> events =
        new ArrayList<>(
            List.of(
                run.started(),
                run.inputs(),
                new Event.Planned(run.plan()),
                new Event.LegStarted("a", 1),
                new Event.LegFinished("a", 1, Outcome.PASSED, "", 1),
                new Event.LegStarted("b", 1),
                new Event.Unproven("b", 1, 0, "u"),
                new Event.Problem("p"),
                new Event.StopRequested("s"),
                new Event.RunFinished(Verdict.Kind.INTERRUPTED, 130, List.of(), 5),
                new Event.RunResumed(run.started(), List.of(), List.of(new Event.Kept("a", 1))),
                run.inputs(),
                new Event.Planned(run.plan())));
    RunRecord record = RunRecord.of(entries(events.toArray(Event[]::new)));
    assertThat(record.problems()).isEmpty();
    assertThat(record.stopped()).isEmpty();
    assertThat(record.finished()).isEmpty();
    assertThat(record.legs().get(0).outcome()).isEqualTo(Outcome.PASSED);
    assertThat(record.legs().get(1).attempts()).isEmpty();
  }

  @ParameterizedTest(name = "{0} kept")
  @CsvSource({"0, true", "1, false"})
  void is_still_red_for_inputs_that_changed_unless_all_is_repeated(int kept, boolean fine) {
    Run run = Run.of(AS_IT_WAS);
    List<Event.Kept> legs = kept == 0 ? List.of() : List.of(new Event.Kept("a", 1));
    RunRecord record =
        RunRecord.of(
            entries(
                run.started(),
                run.inputs(),
                new Event.Planned(run.plan()),
                new Event.LegStarted("a", 1),
                new Event.LegFinished("a", 1, Outcome.PASSED, "", 1),
                new Event.InputsChanged(List.of("f")),
                new Event.RunResumed(run.started(), List.of(), legs),
                run.inputs(),
                new Event.Planned(run.plan())));
    assertThat(record.problems().isEmpty()).isEqualTo(fine);
  }
}
