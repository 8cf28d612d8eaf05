package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import gate.journal.Entry;
import gate.journal.Event.RunStarted;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.report.History.Flaky;
import gate.report.History.Slow;
import gate.report.History.Test;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The history of runs")
class HistoryTest {
  private static final String LEG = "chainfire-flaredb";
  private static final Test CASE =
      new Test(LEG, Stories.FAILOVER_1.name(), "failover", "a_leader_dies");

  /**
   * Each letter a run: passes, fails, flaky, blocked; each on a commit called by the digit, or
   * unknown.
   */
  private static History history(String runs) {
    History history = new History(10);
    int number = 0;
    for (String run : runs.split(" ")) {
      history.add(record(run.charAt(0), commit(run.charAt(1)), ++number, !run.endsWith("!")), "");
    }
    return history;
  }

  private static String commit(char name) {
    return name == 'u' ? "unknown" : "c" + name;
  }

  private static RunRecord record(char how, String commit, int number, boolean clean) {
    Story story = Story.begin(Story.Start.PLAIN, Stories.FAILOVER);
    switch (how) {
      case 'p' -> attempt(story, 1, true);
      case 'f' -> attempt(story, 1, false);
      case 'l' -> {
        attempt(story, 1, false);
        attempt(story, 2, true);
      }
      default -> story.legEnds(LEG, 0, Outcome.BLOCKED, "it needs `other`");
    }
    List<Entry> entries = new ArrayList<>(story.ends().entries());
    Entry first = entries.getFirst();
    entries.set(
        0,
        new Entry(1, first.at().plusSeconds(number), 0, on(first, commit, "r" + number, !clean)));
    return RunRecord.of(entries);
  }

  private static RunStarted on(Entry first, String commit, String run, boolean dirty) {
    RunStarted it = (RunStarted) first.event();
    return new RunStarted(
        it.format(),
        it.gate(),
        run,
        it.name(),
        it.definition(),
        it.command(),
        commit,
        it.tree(),
        dirty,
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
  }

  private static void attempt(Story story, int attempt, boolean passes) {
    story.legStarts(LEG, attempt).stepStarts(LEG, attempt, 1, Stories.FAILOVER_1.name());
    if (passes) {
      story.passes(LEG, attempt, 1, "failover", "a_leader_dies");
    } else {
      story.fails(LEG, attempt, 1, "failover", "a_leader_dies", "no leader");
    }
    Outcome outcome = passes ? Outcome.PASSED : Outcome.FAILED;
    story.stepEnds(LEG, attempt, 1, outcome, passes ? "" : "1 case failed");
    if (passes) {
      story
          .stepStarts(LEG, attempt, 2, Stories.FAILOVER_2.name())
          .stepEnds(LEG, attempt, 2, outcome, "");
    }
    story.legEnds(LEG, attempt, outcome, passes ? "" : "step 1 failed");
  }

  @ParameterizedTest(name = "of `{0}` says that the case turned red in {1}, and was good in {2}")
  @CsvSource({
    "p1 p2 f3, r3, r2",
    "p1 f2 f3 f4, r2, r1",
    "p1 f2 p3 f4, r4, r3",
    "p1 b2 f3 b4, r3, r1",
    "l1 f2, r2, r1",
    "f1 f2, , ",
    "f1 p2, , ",
    "p1 f2 p3, , ",
    "p1 b2, , ",
  })
  void turned(String runs, String bad, String good) {
    assertThat(
            history(runs).turned().stream()
                .filter(it -> it.test().equals(CASE))
                .map(it -> it.bad().run() + " " + it.good().run()))
        .isEqualTo(bad == null ? List.of() : List.of(bad + " " + good));
  }

  @ParameterizedTest(name = "of `{0}` says that the case was flaky {1} times of {2}")
  @CsvSource({
    "p1 p2 p3, 0, 0",
    "p1 l2 p3, 1, 3",
    "l1 l2 b3, 2, 2",
    "p1 f1 p2, 1, 3",
    "f1 p1 f1, 2, 3",
    "p1 f2 p3, 0, 0",
    "p1! f1! p1!, 0, 0",
    "pu fu pu, 0, 0",
  })
  void flaky(String runs, int times, int ran) {
    assertThat(history(runs).flaky().stream().filter(it -> it.test().equals(CASE)))
        .isEqualTo(times == 0 ? List.of() : List.of(new Flaky(CASE, times, ran)));
  }

  @org.junit.jupiter.api.Test
  void ranks_cases_and_steps_without_cases_by_their_time() {
    assertThat(history("p1 p2 f3").slowest())
        .containsExactly(
            new Slow(new Test(LEG, Stories.FAILOVER_2.name(), "", ""), 1_280, 1_280),
            new Slow(CASE, 39, 39));
  }

  @org.junit.jupiter.api.Test
  void takes_no_dry_run_for_one() {
    History history = new History(1);
    history.add(Stories.DRY.view().run(), "");
    assertThat(history.runs()).isEmpty();
  }

  @org.junit.jupiter.api.Test
  void is_a_page_that_nothing_gets_into() throws IOException {
    StringWriter text = new StringWriter();
    HistoryPage.write("<script>", history("p1 p2 l2 f3 b4"), text);
    PageTest.holds(text.toString());
    Golden.check("history.html", PageTest.bare(text.toString()));
  }
}
