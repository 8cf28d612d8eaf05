package gate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import gate.journal.Event;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.RunStarted;
import gate.journal.Outcome;
import gate.report.Span.Kind;
import gate.report.Story.Start;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The timeline of a run")
class SpansTest {
  private static PlannedLeg leg(String name, List<String> needs, String... locks) {
    return new PlannedLeg(
        name,
        name,
        List.of(),
        needs,
        List.of(),
        "run",
        "",
        true,
        List.of(),
        List.of(Story.step(1, "s")),
        List.of(locks));
  }

  private static Story attempt(Story story, String leg, int attempt, long millis) {
    return story
        .legStarts(leg, attempt)
        .stepStarts(leg, attempt, 1, "s")
        .add(
            1,
            new Event.ProcessStarting(
                leg + "#" + attempt + ".1", leg, attempt, 1, List.of("sleep", "1"), "/", "log"))
        .add(1, new Event.ProcessStarted(leg + "#" + attempt + ".1", 7))
        .add(millis, new Event.ProcessEnded(leg + "#" + attempt + ".1", "exit code 0", true, 0))
        .stepEnds(leg, attempt, 1, Outcome.PASSED, "")
        .legEnds(leg, attempt, Outcome.PASSED, "");
  }

  @Test
  void holds_each_thing_below_what_it_is_a_part_of() {
    List<Span> spans =
        Spans.of(
            attempt(Story.begin(Start.PLAIN, leg("a", List.of())), "a", 1, 50).ends().entries());
    assertThat(spans)
        .extracting(Span::kind)
        .containsExactly(Kind.RUN, Kind.LEG, Kind.STEP, Kind.PROCESS);
    for (int i = 1; i < spans.size(); i++) {
      assertThat(spans.get(i).parent()).isEqualTo(spans.get(i - 1).id());
    }
    assertThat(spans.getLast().millis()).isEqualTo(51);
    assertThat(spans).allMatch(it -> it.outcome() == Outcome.PASSED && it.counts());
  }

  @Test
  void ends_what_the_journal_doesn_t_end_and_never_as_passed() {
    Story story = Story.begin(Start.PLAIN, leg("a", List.of()));
    story.legStarts("a", 1).stepStarts("a", 1, 1, "s");
    assertThat(Spans.of(story.entries()))
        .allMatch(it -> it.outcome() == Outcome.INTERRUPTED && it.until() >= it.from());
  }

  @Test
  void tells_what_was_repeated_after_the_run_was_cut_off() {
    Story story = Story.begin(Start.PLAIN, leg("a", List.of()), leg("b", List.of()));
    attempt(story, "a", 1, 50).legStarts("b", 1).stepStarts("b", 1, 1, "s");
    RunStarted started = story.record().started();
    story.add(5_000, new Event.RunResumed(started, List.of(), List.of(new Event.Kept("a", 1))));
    story.add(1, new Event.Planned(List.of(leg("a", List.of()), leg("b", List.of()))));
    attempt(story, "b", 1, 50).ends();
    assertThat(Spans.of(story.entries()))
        .filteredOn(it -> it.kind() == Kind.LEG)
        .extracting(Span::leg, Span::outcome, Span::counts)
        .containsExactly(
            tuple("a", Outcome.PASSED, true),
            tuple("b", Outcome.INTERRUPTED, false),
            tuple("b", Outcome.PASSED, true));
  }

  @Test
  void takes_a_service_that_the_gate_took_down_for_no_failure() {
    Story story = Story.begin(Start.PLAIN, leg("a", List.of())).legStarts("a", 1);
    for (String id : List.of("dies", "taken")) {
      story.add(1, new Event.ProcessStarting(id, "a", 1, 0, List.of(id), "/", "log"));
    }
    story.stepStarts("a", 1, 1, "s");
    story.add(1, new Event.ProcessEnded("dies", "killed by SIGTERM (15)", false, 5));
    story.stepEnds("a", 1, 1, Outcome.FAILED, "it died");
    story.add(1, new Event.ProcessEnded("taken", "killed by SIGTERM (15)", false, 5));
    story.legEnds("a", 1, Outcome.FAILED, "it died").ends();
    assertThat(Spans.of(story.entries()))
        .filteredOn(it -> it.kind() == Kind.PROCESS)
        .extracting(Span::name, Span::outcome)
        .containsExactly(tuple("dies", Outcome.FAILED), tuple("taken", Outcome.PASSED));
  }

  @Test
  void counts_no_time_before_a_run_was_gone_on_with_as_waiting() {
    Story story = Story.begin(Start.PLAIN, leg("a", List.of(), "db"), leg("b", List.of(), "db"));
    attempt(story, "a", 1, 50);
    RunStarted started = story.record().started();
    story.add(9_000, new Event.RunResumed(started, List.of(), List.of(new Event.Kept("a", 1))));
    story.add(1, new Event.Planned(List.of(leg("a", List.of(), "db"), leg("b", List.of(), "db"))));
    attempt(story, "b", 1, 50).ends();
    assertThat(Waits.of(story.record(), Spans.of(story.entries()), "b")).isEmpty();
  }

  @Test
  void tells_what_each_leg_waited_for() {
    Story story =
        Story.begin(
            Start.PLAIN,
            leg("first", List.of(), "db"),
            leg("needing", List.of("first")),
            leg("locked", List.of(), "db"));
    attempt(story, "first", 1, 500);
    attempt(story, "needing", 1, 10);
    attempt(story, "locked", 1, 10).ends();
    List<Span> timeline = Spans.of(story.entries());
    assertThat(Waits.of(story.record(), timeline, "first")).isEmpty();
    assertThat(Waits.of(story.record(), timeline, "needing"))
        .extracting(Waits.Wait::what)
        .containsExactly("leg `first`, which it needs");
    assertThat(Waits.of(story.record(), timeline, "locked").getFirst().what())
        .isEqualTo("the lock `db`, which leg `first` held");
    assertThat(Waits.of(story.record(), timeline, "no-such-leg")).isEmpty();
  }
}
