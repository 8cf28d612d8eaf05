package gate.evidence;

import static gate.evidence.Runs.failed;
import static gate.evidence.Runs.leg;
import static gate.evidence.Runs.passed;
import static gate.evidence.Runs.step;
import static org.assertj.core.api.Assertions.assertThat;

import gate.evidence.Runs.Case;
import gate.journal.Changes;
import gate.journal.Changes.Item;
import gate.journal.Changes.Slower;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What changed between two runs")
final class ChangesTest {
  private static final String NONE = "";

  /** A run of one leg; each array is what an attempt's cases came to. */
  private static RunRecord run(Case[]... attempts) {
    Runs run = Runs.of(leg("a", "s"));
    for (int i = 0; i < attempts.length; i++) {
      run.attempt("a", i + 1, 100, step("s", attempts[i]));
    }
    return run.ends().record();
  }

  private static Case[] cases(Case... cases) {
    return cases;
  }

  private static Case skipped(String name) {
    return new Case("failover", name, Outcome.SKIPPED, Optional.empty());
  }

  private static final RunRecord PLAIN = run(cases(passed("x"), passed("y")));
  private static final RunRecord FLAKY =
      run(cases(passed("x"), failed("y")), cases(passed("x"), passed("y")));

  static Stream<Arguments> pairs() {
    RunRecord less = run(cases(passed("x")));
    RunRecord more = run(cases(passed("x"), passed("y"), passed("z")));
    RunRecord twice = run(cases(passed("x"), passed("y"), passed("x")));
    RunRecord ignored = run(cases(passed("x"), skipped("y")));
    RunRecord red = run(cases(passed("x"), failed("y")));
    RunRecord turned = run(cases(passed("y"), passed("x")));
    RunRecord late = run(cases(passed("x"), passed("y")), cases(passed("x"), failed("y")));
    return Stream.of(
        Arguments.of("nothing", PLAIN, PLAIN, NONE, NONE, NONE, NONE),
        Arguments.of("the order", PLAIN, turned, NONE, NONE, NONE, NONE),
        Arguments.of("a case more", PLAIN, more, "z", NONE, NONE, NONE),
        Arguments.of("a case less", more, PLAIN, NONE, "z", NONE, NONE),
        Arguments.of("a second one of a name", PLAIN, twice, "x2", NONE, NONE, NONE),
        Arguments.of("one of two of a name", twice, PLAIN, NONE, "x2", NONE, NONE),
        Arguments.of("a case ignored now", PLAIN, ignored, NONE, "y", NONE, NONE),
        Arguments.of("a case no longer ignored", ignored, PLAIN, "y", NONE, NONE, NONE),
        Arguments.of("a case that fails now", PLAIN, red, NONE, "a y", NONE, NONE),
        Arguments.of("a case that failed", red, PLAIN, NONE, NONE, NONE, "a y"),
        Arguments.of("a case flaky now", PLAIN, FLAKY, NONE, NONE, "a y", NONE),
        Arguments.of("a case that passed first", PLAIN, late, NONE, NONE, "a y", NONE),
        Arguments.of("a case flaky before", FLAKY, PLAIN, NONE, NONE, NONE, "a y"),
        Arguments.of("a case flaky both times", FLAKY, FLAKY, NONE, NONE, NONE, NONE),
        Arguments.of("a case that failed and is flaky", red, FLAKY, NONE, NONE, "a y", NONE),
        Arguments.of("a flaky case more", less, FLAKY, "y", NONE, "a y", NONE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void is_told_case_by_case(
      String what,
      RunRecord before,
      RunRecord now,
      String added,
      String gone,
      String flaky,
      String fixed) {
    Changes changes = Changes.between(before, now);
    assertThat(names(changes.added())).as("new").isEqualTo(added);
    assertThat(names(changes.gone())).as("gone").isEqualTo(gone);
    assertThat(names(changes.flaky())).as("newly flaky").isEqualTo(flaky);
    assertThat(names(changes.fixed())).as("fixed").isEqualTo(fixed);
    assertThat(changes.slower()).isEmpty();
    assertThat(changes.none()).isEqualTo((added + gone + flaky + fixed).isEmpty());
  }

  /** A leg by its name, a case by its own and its number. */
  private static String names(List<Item> items) {
    return String.join(
        " ",
        items.stream()
            .map(it -> it.isLeg() ? it.leg() : it.name() + (it.number() == 1 ? "" : it.number()))
            .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 2000, true",
    "1000, 1999, false",
    "500, 1000, true",
    "499, 998, false",
    "400, 900, true",
    "0, 500, true",
    "0, 499, false",
    "5000, 6000, false",
    "2000, 1000, false",
    "-9223372036854775808, 9223372036854775807, false",
  })
  void is_slower_from_twice_the_time_and_half_a_second_more(long before, long now, boolean slower) {
    RunRecord then = run(cases(passed("x", before)));
    Changes changes = Changes.between(then, run(cases(passed("x", now))));
    Item x = new Item("a", "s", "failover", "x", 1);
    assertThat(changes.slower())
        .isEqualTo(slower ? List.of(new Slower(x, before, now)) : List.of());
    assertThat(changes.none()).isEqualTo(!slower);
  }

  @Test
  void tells_of_no_time_that_was_not_observed() {
    RunRecord without = run(cases(passed("x")));
    RunRecord with = run(cases(passed("x", 9_000)));
    assertThat(Changes.between(without, with).none()).isTrue();
    assertThat(Changes.between(with, without).none()).isTrue();
  }

  @Test
  void tells_of_legs_that_are_new_gone_or_slower() {
    RunRecord before =
        Runs.of(leg("a", "s"), leg("b", "s"), Runs.planned("c", "T", "skip", "SKIP=1", "s"))
            .attempt("a", 1, 1_000, step("s"))
            .attempt("b", 1, 1_000, step("s"))
            .ends()
            .record();
    RunRecord now =
        Runs.of(leg("c", "s"), Runs.planned("b", "T", "planned", "not yet"), leg("a", "s"))
            .attempt("c", 1, 1_000, step("s"))
            .attempt("a", 1, 2_500, step("s"))
            .ends()
            .record();
    Changes changes = Changes.between(before, now);
    assertThat(names(changes.added())).isEqualTo("c");
    assertThat(names(changes.gone())).isEqualTo("b");
    assertThat(changes.slower())
        .containsExactly(new Slower(new Item("a", "", "", "", 0), 1_000, 2_500));
  }

  @Test
  void takes_a_leg_s_time_from_the_attempt_that_counts() {
    RunRecord before = run(cases(passed("x")));
    RunRecord now = run(cases(failed("x")), cases(passed("x")), cases(passed("x")));
    assertThat(Changes.between(before, now).slower()).isEmpty();
  }

  @Test
  void tells_cases_apart_by_leg_step_group_and_name() {
    RunRecord before = two("a", "s", "g", "n");
    assertThat(Changes.between(before, two("a", "s", "g", "n")).none()).isTrue();
    for (RunRecord now :
        List.of(
            two("a2", "s", "g", "n"),
            two("a", "s2", "g", "n"),
            two("a", "s", "g2", "n"),
            two("a", "s", "g", "n2"),
            two("a", "s g", "", "n"),
            two("a", "s", "g n", ""))) {
      Changes changes = Changes.between(before, now);
      assertThat(changes.added().stream().filter(it -> !it.isLeg())).hasSize(1);
      assertThat(changes.gone().stream().filter(it -> !it.isLeg())).hasSize(1);
    }
  }

  private static RunRecord two(String leg, String step, String group, String name) {
    return Runs.of(leg(leg, step))
        .attempt(leg, 1, 100, step(step, new Case(group, name, Outcome.PASSED, Optional.of(1L))))
        .ends()
        .record();
  }
}
