package gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A run is judged")
class JudgeTest {
  /** A run told in words: {@code LEG:OUTCOME[STEP OUTCOMES]} each. */
  private static final class Story {
    private final List<Event> events = new ArrayList<>();
    private boolean flakyAllowed;
    private boolean dry;

    List<Entry> entries(String legs) {
      List<Event.PlannedLeg> planned = new ArrayList<>();
      List<Event> told = new ArrayList<>();
      for (String leg : legs.split(" ")) {
        String id = leg.replaceAll(":.*", "");
        String outcome = leg.replaceAll(".*:|\\[.*", "");
        String[] steps =
            leg.contains("[") && !leg.contains("[]")
                ? leg.replaceAll(".*\\[|\\]", "").split(",")
                : new String[0];
        leg(id, outcome, steps, planned, told);
      }
      List<Entry> entries = new ArrayList<>();
      add(
          entries,
          new Event.RunStarted(
              1,
              "0",
              "r",
              "t",
              "matrix.yaml",
              List.of(),
              "c",
              "t",
              false,
              dry,
              false,
              1,
              1,
              List.of(),
              List.of(),
              List.of(),
              flakyAllowed,
              java.util.Map.of(),
              List.of()));
      add(entries, new Event.Planned(planned));
      told.forEach(event -> add(entries, event));
      events.forEach(event -> add(entries, event));
      return entries;
    }

    private static void leg(
        String id,
        String outcome,
        String[] steps,
        List<Event.PlannedLeg> planned,
        List<Event> told) {
      String decision =
          outcome.equals("skipped") ? "skip" : outcome.equals("planned") ? "planned" : "run";
      List<Event.PlannedStep> plan = new ArrayList<>();
      for (int i = 0; i < steps.length; i++) {
        plan.add(
            new Event.PlannedStep(
                i + 1, "s" + i, steps[i].equals("off") ? "off" : "run", "", false));
      }
      planned.add(
          new Event.PlannedLeg(
              id,
              id,
              List.of(),
              List.of(),
              List.of(),
              decision,
              "",
              true,
              id.endsWith("!") ? List.of("flaky", "leaked") : List.of(),
              plan));
      if (!decision.equals("run") || outcome.equals("never")) {
        return;
      }
      int tries = outcome.equals("flaky") ? 2 : 1;
      for (int attempt = 1; attempt <= tries; attempt++) {
        told.add(new Event.LegStarted(id, attempt));
        boolean first = attempt < tries;
        for (int i = 0; i < steps.length; i++) {
          String[] words = steps[i].split("~");
          if (words[0].equals("off") || words[0].equals("blocked")) {
            continue;
          }
          told.add(new Event.StepStarted(id, attempt, i + 1, "s" + i, "log"));
          if (words.length > 1 && words[1].equals("badcase")) {
            told.add(
                new Event.CaseFinished(
                    id, attempt, i + 1, "g", "c", Outcome.FAILED, Optional.empty(), "", ""));
          }
          boolean degraded = words.length > 1 && words[1].endsWith("degraded");
          if (!words[0].equals("unended")) {
            told.add(
                new Event.StepFinished(
                    id,
                    attempt,
                    i + 1,
                    first ? Outcome.FAILED : Outcome.ofWord(words[0]),
                    "",
                    "",
                    degraded ? "no KVM" : "",
                    degraded && words[1].startsWith("asked"),
                    1));
          }
        }
        if (!outcome.equals("unended")) {
          told.add(
              new Event.LegFinished(
                  id,
                  attempt,
                  first
                      ? Outcome.FAILED
                      : outcome.equals("flaky") ? Outcome.PASSED : Outcome.ofWord(outcome),
                  "",
                  1));
        }
      }
    }

    private static void add(List<Entry> entries, Event event) {
      entries.add(new Entry(entries.size() + 1, Instant.EPOCH, entries.size(), event));
    }
  }

  @ParameterizedTest(name = "{0} is {1}, exit code {2}, with --strict {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a:passed[passed]                              | GREEN       | 0   | 0",
        "a:passed[passed,off] b:planned[passed]        | GREEN       | 0   | 0",
        "a:passed[passed] b:off[off,off]               | GREEN       | 0   | 0",
        "a:passed[passed] b:skipped[passed]            | PARTIAL     | 0   | 3",
        "a:passed[passed~askeddegraded]                | PARTIAL     | 0   | 3",
        "a:passed[passed~degraded]                     | PARTIAL     | 3   | 3",
        "a:passed[passed~degraded] b:skipped[passed]   | PARTIAL     | 3   | 3",
        "a!:flaky[passed]                              | PARTIAL     | 0   | 3",
        "a!:leaked[leaked]                             | PARTIAL     | 0   | 3",
        "a:flaky[passed]                               | RED         | 1   | 1",
        "a:leaked[leaked]                              | RED         | 1   | 1",
        "a:failed[failed]                              | RED         | 1   | 1",
        "a:failed[passed,failed,blocked] b:passed[passed] | RED      | 1   | 1",
        "a:errored[]                                   | RED         | 1   | 1",
        "a:timed-out[timed-out]                        | RED         | 1   | 1",
        "a:passed[passed] b:blocked[blocked]           | RED         | 1   | 1",
        "a:skipped[passed]                             | RED         | 1   | 1",
        "a:planned[passed]                             | RED         | 1   | 1",
        "a:off[off]                                    | RED         | 1   | 1",
        "a:passed[]                                    | RED         | 1   | 1",
        "a:passed[off]                                 | RED         | 1   | 1",
        "a:passed[passed,failed]                       | RED         | 1   | 1",
        "a:passed[passed,unended]                      | RED         | 1   | 1",
        "a:passed[passed,blocked]                      | RED         | 1   | 1",
        "a:passed[passed~badcase]                      | RED         | 1   | 1",
        "a!:leaked[leaked~badcase]                     | RED         | 1   | 1",
        "a:passed[leaked]                              | RED         | 1   | 1",
        "a:off[passed]                                 | RED         | 1   | 1",
        "a:passed[passed] b:off[]                      | RED         | 1   | 1",
        "a:passed[passed] b:never[passed]              | INTERRUPTED | 130 | 130",
        "a:passed[passed] b:unended[passed]            | INTERRUPTED | 130 | 130",
        "a:failed[failed] b:interrupted[interrupted]   | INTERRUPTED | 130 | 130"
      })
  void by_its_journal(String legs, Verdict.Kind kind, int code, int strict) {
    List<Entry> entries = new Story().entries(legs);
    Verdict verdict = Judge.verdict(RunRecord.of(entries));
    assertThat(verdict.kind()).as("%s", verdict.reasons()).isEqualTo(kind);
    assertThat(verdict.exitCode(false)).isEqualTo(code);
    assertThat(verdict.exitCode(true)).isEqualTo(strict);
    assertThat(verdict.reasons().isEmpty()).isEqualTo(kind == Verdict.Kind.GREEN);
  }

  @ParameterizedTest
  @EnumSource(names = {"OFF", "PLANNED", "SKIPPED"})
  void red_for_a_leg_that_was_to_run_and_says_without_an_attempt_that_it_needed_not(Outcome end) {
    Story story = new Story();
    story.events.add(new Event.LegFinished("b", 0, end, "", 0));
    Verdict verdict =
        Judge.verdict(RunRecord.of(story.entries("a:passed[passed] b:never[passed]")));
    assertThat(verdict.kind()).as("%s", verdict.reasons()).isEqualTo(Verdict.Kind.RED);
  }

  @Test
  void partial_where_the_policy_allows_flaky_legs() {
    Story story = new Story();
    story.flakyAllowed = true;
    Verdict verdict = Judge.verdict(RunRecord.of(story.entries("a:flaky[passed]")));
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.PARTIAL);
    assertThat(verdict.asked()).isTrue();
  }

  @Test
  void partial_unasked_where_a_step_passed_without_showing_what_was_asked_for() {
    Story story = new Story();
    story.events.add(new Event.Unproven("a", 1, 1, "shows nothing"));
    Verdict verdict = Judge.verdict(RunRecord.of(story.entries("a:passed[passed]")));
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.PARTIAL);
    assertThat(verdict.exitCode(false)).isEqualTo(3);
    assertThat(verdict.reasons()).containsExactly("leg `a`: shows nothing");
    assertThat(Judge.verdict(RunRecord.of(story.entries("a:failed[failed]"))).kind())
        .isEqualTo(Verdict.Kind.RED);
  }

  /** A second attempt of a leg of one step, all of which passed. */
  private static void again(Story story) {
    story.events.add(new Event.LegStarted("a", 2));
    story.events.add(new Event.StepStarted("a", 2, 1, "s0", "log"));
    story.events.add(new Event.StepFinished("a", 2, 1, Outcome.PASSED, "", "", "", false, 1));
    story.events.add(new Event.LegFinished("a", 2, Outcome.PASSED, "", 1));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a:passed[passed]           | GREEN   |",
        "a:passed[passed~badcase]   | RED     | attempt 1: step `s0` of leg `a` passed, but a case"
            + " of it didn't",
        "a:passed[failed]           | RED     | attempt 1: leg `a` ended as passed, but its step"
            + " `s0` as failed",
        "a:passed[passed~degraded]  | PARTIAL | step `s0` of leg `a` ran degraded: no KVM",
      })
  void by_each_attempt_that_passed(String first, Verdict.Kind kind, String reason) {
    Story story = new Story();
    again(story);
    Verdict verdict = Judge.verdict(RunRecord.of(story.entries(first)));
    assertThat(verdict.kind()).as("%s", verdict.reasons()).isEqualTo(kind);
    assertThat(String.join("\n", verdict.reasons())).startsWith(reason == null ? "" : reason);
  }

  @Test
  void partial_where_an_earlier_attempt_showed_less_and_once_where_each_did() {
    Story story = new Story();
    again(story);
    story.events.add(new Event.Unproven("a", 1, 1, "shows nothing"));
    assertThat(Judge.verdict(RunRecord.of(story.entries("a:passed[passed]"))).reasons())
        .containsExactly("leg `a`: shows nothing");
    story.events.add(new Event.Unproven("a", 2, 1, "shows nothing"));
    assertThat(Judge.verdict(RunRecord.of(story.entries("a:passed[passed]"))).reasons())
        .containsExactly("leg `a`: shows nothing");
    assertThat(Judge.verdict(RunRecord.of(story.entries("a:failed[failed]"))).reasons())
        .as("an attempt that failed shows nothing anyway")
        .containsExactly("leg `a` was flaky: attempt 1: ");
  }

  @Test
  void red_for_a_problem_outside_any_leg_and_interrupted_where_it_was_stopped() {
    Story red = new Story();
    red.events.add(new Event.Problem("the disk is full"));
    assertThat(Judge.verdict(RunRecord.of(red.entries("a:passed[passed]"))).kind())
        .isEqualTo(Verdict.Kind.RED);
    Story stopped = new Story();
    stopped.events.add(new Event.Problem("the disk is full"));
    stopped.events.add(new Event.StopRequested("Ctrl-C"));
    assertThat(Judge.verdict(RunRecord.of(stopped.entries("a:passed[passed]"))).kind())
        .isEqualTo(Verdict.Kind.INTERRUPTED);
  }

  @Test
  void dry_where_nothing_ran_but_never_where_it_was_stopped() {
    Story dry = new Story();
    dry.dry = true;
    assertThat(Judge.verdict(RunRecord.of(dry.entries("a:never[passed]"))).kind())
        .isEqualTo(Verdict.Kind.DRY);
    dry.events.add(new Event.StopRequested("Ctrl-C"));
    assertThat(Judge.verdict(RunRecord.of(dry.entries("a:never[passed]"))).kind())
        .isEqualTo(Verdict.Kind.INTERRUPTED);
  }

  @Test
  void anew_when_it_is_read_again_whatever_its_last_entry_says() {
    Story story = new Story();
    assertThat(Judge.replayed(RunRecord.of(story.entries("a:passed[passed]"))).kind())
        .isEqualTo(Verdict.Kind.INTERRUPTED);
    story.events.add(new Event.RunFinished(Verdict.Kind.GREEN, 0, List.of(), 1));
    assertThat(Judge.replayed(RunRecord.of(story.entries("a:passed[passed]"))).kind())
        .isEqualTo(Verdict.Kind.GREEN);
    assertThat(Judge.replayed(RunRecord.of(story.entries("a:failed[failed]"))).kind())
        .isEqualTo(Verdict.Kind.RED);
  }

  @Test
  void with_a_word_for_each_outcome() {
    assertThat(Arrays.stream(Outcome.values()).map(Outcome::word))
        .containsExactly(
            "passed",
            "failed",
            "flaky",
            "timed-out",
            "leaked",
            "errored",
            "skipped",
            "off",
            "planned",
            "blocked",
            "interrupted");
  }
}
