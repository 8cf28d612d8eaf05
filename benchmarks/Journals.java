import gate.journal.Event;
import gate.journal.Format;
import gate.journal.Journal;
import gate.journal.Outcome;
import gate.journal.Verdict;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Journals of runs that never were: 10 legs of 10 steps with cases, one in a hundred of them
 * failed.
 */
final class Journals {
  private static final int LEGS = 10;
  private static final int STEPS = 10;
  private static final int FAILED = 100;

  private Journals() {}

  static void write(Path file, int cases) {
    try (Journal journal = Journal.create(file, Clock.systemUTC())) {
      journal.append(
          new Event.RunStarted(
              Format.VERSION,
              "bench",
              "20261123T051244Z",
              "bench",
              "matrix.yaml",
              List.of("bench"),
              "0".repeat(40),
              "0".repeat(40),
              false,
              false,
              false,
              2,
              LEGS,
              List.of(),
              List.of(),
              List.of(),
              false,
              Map.of(),
              List.of()));
      journal.append(
          new Event.Planned(IntStream.rangeClosed(1, LEGS).mapToObj(Journals::leg).toList()));
      for (int leg = 1; leg <= LEGS; leg++) {
        ran(journal, "leg" + leg, cases / LEGS / STEPS);
      }
      journal.append(
          new Event.RunFinished(Verdict.Kind.RED, 1, List.of("10 legs failed"), journal.millis()));
    }
  }

  private static Event.PlannedLeg leg(int number) {
    return new Event.PlannedLeg(
        "leg" + number,
        "A leg",
        List.of(),
        List.of(),
        List.of(),
        "run",
        "",
        false,
        List.of(),
        IntStream.rangeClosed(1, STEPS)
            .mapToObj(it -> new Event.PlannedStep(it, "step " + it, "run", "", false))
            .toList());
  }

  private static void ran(Journal journal, String leg, int cases) {
    journal.append(new Event.LegStarted(leg, 1));
    for (int step = 1; step <= STEPS; step++) {
      journal.append(new Event.StepStarted(leg, 1, step, "step " + step, "legs/" + leg + ".log"));
      for (int i = 0; i < cases; i++) {
        boolean ok = i % FAILED != 0;
        journal.append(
            new Event.CaseFinished(
                leg,
                1,
                step,
                "crate::tests",
                "module::case_" + i,
                ok ? Outcome.PASSED : Outcome.FAILED,
                Optional.of(12L),
                ok ? "" : "assertion `left == right` failed\n  left: 1\n right: 2",
                ok ? "" : "a line of what it printed\n".repeat(20)));
      }
      journal.append(
          new Event.StepFinished(
              leg, 1, step, Outcome.FAILED, "cases failed", "cargo test", "", false, 1000));
    }
    journal.append(new Event.LegFinished(leg, 1, Outcome.FAILED, "cases failed", 10_000));
  }

  /** A run's journal with so many more cases in the first step of its only leg, {@code one}. */
  static String withCases(String journal, int cases) {
    StringBuilder text = new StringBuilder();
    int seq = 0;
    boolean done = false;
    for (String line : journal.lines().toList()) {
      if (!done && line.contains("\"event\":\"step-finished\"")) {
        String head = line.substring(line.indexOf(','), line.indexOf(",\"event\""));
        for (int i = 0; i < cases; i++) {
          text.append(
              "{\"seq\":%d%s,\"event\":\"case-finished\",\"leg\":\"one\",\"attempt\":1,\"step\":1,\"group\":\"g\",\"name\":\"case %d\",\"outcome\":\"PASSED\",\"millis\":1,\"message\":\"\",\"output\":\"\"}%n"
                  .formatted(++seq, head, i));
        }
        done = true;
      }
      text.append(line.replaceFirst("^\\{\"seq\":\\d+", "{\"seq\":" + ++seq)).append('\n');
    }
    return text.toString();
  }
}
