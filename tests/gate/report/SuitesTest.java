package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import gate.journal.Event;
import gate.journal.Outcome;
import gate.report.Item.Status;
import gate.report.Story.Start;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SuitesTest {
  @ParameterizedTest
  @CsvSource({
    "GREEN,       PASSED",
    "SELECTED,    PASSED",
    "RED,         FAILED",
    "PROBLEM,     FAILED",
    "FLAKY,       FAILED",
    "PARTIAL,     SKIPPED",
    "DEGRADED,    FAILED",
    "INTERRUPTED, ERRORED",
    "CUT_OFF,     ERRORED",
    "DRY,         SKIPPED",
  })
  void the_verdict_is_the_first_item_and_passes_for_green_alone(Stories story, Status status) {
    assertThat(Suites.of(story.view()).getFirst().items())
        .extracting(Item::status)
        .containsExactly(status);
  }

  @Test
  void partial_fails_where_strict_was_asked_for() {
    Story story =
        Story.begin(Start.PLAIN.onlyStrict(), Stories.FAILOVER, Stories.SKIPPED)
            .good("chainfire-flaredb", Stories.FAILOVER_1, Stories.FAILOVER_2)
            .ends();
    assertThat(Suites.of(View.of(story.entries())).getFirst().items().getFirst())
        .satisfies(
            item -> assertThat(item.status()).isEqualTo(Status.FAILED),
            item ->
                assertThat(item.message())
                    .endsWith("--strict takes nothing less than GREEN: exit code 3"));
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILED", "TIMED_OUT", "LEAKED", "ERRORED", "INTERRUPTED"})
  void a_step_that_ends_badly_is_told_of_though_all_its_cases_passed(Outcome outcome) {
    Story story = Story.begin(Start.PLAIN, Stories.QUOTA).legStarts("plasmavmc-creditservice", 1);
    story.stepStarts("plasmavmc-creditservice", 1, 1, "nobody overspends");
    story.passes("plasmavmc-creditservice", 1, 1, "quota", "one");
    story.stepEnds("plasmavmc-creditservice", 1, 1, outcome, "because");
    story.legEnds("plasmavmc-creditservice", 1, outcome, "because");
    assertThat(Suites.of(View.of(story.ends().entries())).getLast().items())
        .extracting(Item::name, it -> it.status().bad(), Item::message)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("one", false, ""),
            org.assertj.core.groups.Tuple.tuple(
                "nobody overspends", true, outcome.word() + ": because"));
  }

  static Stream<Arguments> neverStarted() {
    return Stream.of(
        Arguments.of(Outcome.BLOCKED, Status.ERRORED),
        Arguments.of(Outcome.ERRORED, Status.ERRORED),
        Arguments.of(Outcome.FAILED, Status.FAILED),
        Arguments.of(Outcome.INTERRUPTED, Status.ERRORED));
  }

  @ParameterizedTest
  @MethodSource("neverStarted")
  void a_leg_that_never_started_is_an_item_itself(Outcome outcome, Status status) {
    Story story =
        Story.begin(Start.PLAIN, Stories.QUOTA)
            .add(1, new Event.LegFinished("plasmavmc-creditservice", 0, outcome, "because", 0))
            .ends();
    assertThat(Suites.of(View.of(story.entries())).getLast().items())
        .extracting(Item::name, Item::status)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("plasmavmc-creditservice", status));
  }

  @Test
  void a_leg_that_says_it_passed_without_a_step_gets_no_item_that_passed() {
    Story story =
        Story.begin(Start.PLAIN, Stories.QUOTA)
            .legStarts("plasmavmc-creditservice", 1)
            .legEnds("plasmavmc-creditservice", 1, Outcome.PASSED, "")
            .ends();
    assertThat(
            Suites.of(View.of(story.entries())).stream()
                .flatMap(it -> it.items().stream())
                .toList())
        .extracting(Item::status)
        .doesNotContain(Status.PASSED);
  }

  @Test
  void an_allowed_leak_passes_and_one_that_isnt_fails() {
    assertThat(List.of(Status.of(Outcome.LEAKED, true), Status.of(Outcome.LEAKED, false)))
        .containsExactly(Status.PASSED, Status.FAILED);
  }
}
