package gate.report;

import gate.journal.Entry;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/** Lines, for whatever isn't a terminal; after some time without one, one that tells of life. */
final class PlainDisplay implements Display {
  private static final long SILENCE = 30_000;
  private static final long REST = 1_000;

  private final PrintStream out;
  private final Progress progress;
  private final Log log;
  private final Board board = new Board();
  private final RunClock clock = new RunClock();
  private final StringBuilder unsaid = new StringBuilder();
  private long spoke = Long.MIN_VALUE;
  private long now;
  private boolean paused;

  PlainDisplay(PrintStream out, Style style, Log log) {
    this.out = out;
    this.log = log;
    progress = new Progress(style, true);
  }

  @Override
  public void take(Entry entry, long at) {
    now = at;
    board.take(entry);
    clock.take(entry.millis(), now);
    say(log.of(entry, progress.of(entry.event())));
  }

  @Override
  public void waits(String leg, String why) {
    board.waits(leg, why);
  }

  @Override
  public void said(String line, long at) {
    now = at;
    say(log.plain(List.of(line)));
  }

  private void say(String text) {
    if (!text.isEmpty()) {
      unsaid.append(text);
      spoke = now;
    }
  }

  private void print() {
    if (!unsaid.isEmpty()) {
      out.print(unsaid);
      out.flush();
      unsaid.setLength(0);
    }
  }

  @Override
  public void tick(long at) {
    now = at;
    spoke = Math.max(spoke, spoke == Long.MIN_VALUE ? at : spoke);
    if (!paused && now - spoke >= SILENCE && board.goesOn()) {
      say(log.plain(List.of(heartbeat())));
    }
    print();
  }

  private String heartbeat() {
    long at = clock.run(now);
    String running =
        board.legs().stream()
            .filter(BoardLeg::runs)
            .map(leg -> running(leg, at))
            .collect(Collectors.joining("; "));
    return running.isEmpty()
        ? "… nothing runs yet, since " + Amounts.running(at - board.began())
        : "… runs: " + running;
  }

  private static String running(BoardLeg leg, long at) {
    BoardLeg.Step step = leg.step();
    String name = Clean.line(leg.name(), 60);
    return step.runs()
        ? "%s %s %s, since %s"
            .formatted(
                name,
                step.number(),
                Clean.line(step.name(), 80),
                Amounts.running(at - step.since()))
        : "%s, since %s".formatted(name, Amounts.running(at - leg.since()));
  }

  @Override
  public long rest() {
    return REST; // only the heartbeat comes by time
  }

  @Override
  public void pause() {
    print();
    paused = true;
  }

  @Override
  public void goOn() {
    paused = false;
    spoke = now;
  }

  @Override
  public void stopping() {}

  @Override
  public void end(String report) {
    say(log.plain(progress.end()) + log.end() + log.plain(report.lines().toList()));
    print();
  }
}
