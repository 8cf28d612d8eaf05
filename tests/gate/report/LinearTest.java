package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.journal.Usual;
import gate.journal.Verdict;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Twice as many steps are looked at twice as often")
class LinearTest {
  private static final int STEPS = 300;

  /** Steps of a plan that count how often one of them is looked at. */
  private static final class Counted extends AbstractList<Event.PlannedStep> {
    private final int size;
    private long looks;

    Counted(int size) {
      this.size = size;
    }

    @Override
    public Event.PlannedStep get(int index) {
      looks++;
      return new Event.PlannedStep(index + 1, "step " + (index + 1), "run", "", false);
    }

    @Override
    public int size() {
      return size;
    }
  }

  private static final Map<String, Consumer<List<Entry>>> REPORTS =
      Map.of(
          "fold",
          RunRecord::of,
          "console",
          LinearTest::console,
          "live",
          LinearTest::live,
          "junit",
          entries -> JunitXml.render(View.of(entries)),
          "ctrf",
          entries -> CtrfJson.render(View.of(entries)),
          "summary",
          entries -> SummaryMd.render(View.of(entries)));

  @ParameterizedTest(name = "by {0}")
  @ValueSource(strings = {"fold", "console", "live", "junit", "ctrf", "summary"})
  void linear(String report) {
    long once = looks(STEPS, REPORTS.get(report));
    assertThat(once).isPositive();
    assertThat(looks(2 * STEPS, REPORTS.get(report))).isLessThanOrEqualTo(2 * once + STEPS / 10);
  }

  private static void console(List<Entry> entries) {
    Progress progress = new Progress(Style.PLAIN, true);
    entries.forEach(entry -> progress.of(entry.event()));
  }

  private static void live(List<Entry> entries) {
    Board board = new Board();
    Progress progress = new Progress(Style.PLAIN, false);
    entries.forEach(entry -> {
      progress.of(entry.event());
      board.take(entry);
      new Frame(board, Usual.UNKNOWN, 0, 80, 20, Style.PLAIN, "").legs();
    });
  }

  private static long looks(int count, Consumer<List<Entry>> report) {
    Counted steps = new Counted(count);
    List<Event> events = new ArrayList<>();
    events.add(Stories.GREEN.entries().getFirst().event());
    events.add(
        new Event.Planned(
            List.of(
                new Event.PlannedLeg(
                    "leg", "A leg", List.of(), List.of(), List.of(), "run", "", false, List.of(),
                    steps))));
    events.add(new Event.LegStarted("leg", 1));
    for (int step = 1; step <= count; step++) {
      events.add(new Event.StepStarted("leg", 1, step, "step " + step, "log"));
      events.add(
          new Event.CaseFinished(
              "leg", 1, step, "group", "case", Outcome.PASSED, Optional.empty(), "", ""));
      events.add(new Event.StepFinished("leg", 1, step, Outcome.PASSED, "", "", "", false, 1));
    }
    events.add(new Event.LegFinished("leg", 1, Outcome.PASSED, "", 1));
    events.add(new Event.RunFinished(Verdict.Kind.GREEN, 0, List.of(), 1));
    List<Entry> entries = new ArrayList<>();
    for (Event event : events) {
      entries.add(new Entry(entries.size() + 1, Instant.EPOCH, 0, event));
    }
    report.accept(entries);
    return steps.looks;
  }
}
