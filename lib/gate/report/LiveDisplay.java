package gate.report;

import gate.journal.Entry;
import gate.journal.Usual;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * On a terminal: lines that stay, and below them what goes on right now, one line a leg. Keys
 * choose what is shown there.
 */
final class LiveDisplay implements Display {
  private static final long MILLIS_BETWEEN = 100;
  private static final long MILLIS_UNTIL_KEYS = 40;

  /** A terminal echoes {@code ^C} behind the last line, which mustn't wrap for it. */
  private static final int ROOM_FOR_CTRL_C = 3;

  private static final int LEAST_LINES = 2;
  private static final String KEYS = "l log  d why it waits  q stop  ? help";
  private static final String STOPPING = "stopping; Ctrl-C ends it at once";

  private static final List<String> HELP =
      List.of(
          "l      the log of what runs or failed; 1…9 or n choose another; l or Esc go back",
          "d      why it waits: needs, locks, -j; and what those that run are at",
          "q      stop in order, as Ctrl-C does; Ctrl-C after that ends it at once",
          "?      this; any key goes back",
          "signs  > runs  . waits  + passed  x didn't  ~ with a flaw; `12 s/~50 s`: so far,"
              + " usually");

  private enum Shows {
    LEGS,
    LOG,
    WAITS,
    HELP
  }

  private final Style style;
  private final Tty tty;
  private final Supplier<Usual> usual;
  private final Runnable quit;
  private final Screen screen;
  private final Progress progress;
  private final LogView log;
  private final PrintStream out;
  private final Board board = new Board();
  private final RunClock clock = new RunClock();
  private final StringBuilder unshown = new StringBuilder();
  private Shows shows = Shows.LEGS;
  private long now;
  private long drawn = Long.MIN_VALUE / 2;
  private boolean paused;
  private boolean stopping;

  /**
   * @param usual what is known so far of usual durations
   * @param quit stops the run in order
   */
  LiveDisplay(
      PrintStream out, Style style, Path folder, Tty tty, Supplier<Usual> usual, Runnable quit) {
    this.out = out;
    this.style = style;
    this.tty = tty;
    this.usual = usual;
    this.quit = quit;
    this.log = new LogView(folder);
    screen = new Screen(out);
    progress = new Progress(style, false);
    tty.take();
  }

  @Override
  public void take(Entry entry, long at) {
    now = at;
    board.take(entry);
    clock.take(entry.millis(), now);
    add(progress.of(entry.event()));
  }

  @Override
  public void waits(String leg, String why) {
    board.waits(leg, why);
  }

  @Override
  public void said(String line, long at) {
    now = at;
    add(List.of(line));
  }

  private void add(List<String> lines) {
    lines.forEach(line -> unshown.append(line).append('\n'));
  }

  @Override
  public void tick(long at) {
    now = at;
    if (paused) {
      return;
    }
    String typed = tty.typed();
    if (!typed.isEmpty()) {
      typed(typed);
    }
    if (!typed.isEmpty() || now - drawn >= MILLIS_BETWEEN) {
      drawn = now;
      show(lines());
    }
  }

  private void show(List<String> below) {
    screen.show(unshown.toString(), below, tty.columns(), tty.rows());
    unshown.setLength(0);
  }

  /** A key; more at once is something that was pasted, or a key that means nothing here. */
  private void typed(String key) {
    if (shows == Shows.HELP) {
      shows = Shows.LEGS;
      return;
    }
    switch (key) {
      case "l" -> shows = shows == Shows.LOG ? Shows.LEGS : Shows.LOG;
      case "d" -> shows = shows == Shows.WAITS ? Shows.LEGS : Shows.WAITS;
      case "?", "h" -> shows = Shows.HELP;
      case "\u001B" -> shows = Shows.LEGS;
      case "n" -> log.next();
      case "q" -> quit();
      default -> {
        if (key.matches("[1-9]")) {
          log.choose(key.charAt(0) - '1');
        }
      }
    }
  }

  private void quit() {
    if (!stopping) {
      quit.run();
      stopping = true;
    }
  }

  private List<String> lines() {
    if (!board.goesOn()) {
      return List.of();
    }
    int columns = Math.max(1, tty.columns() - ROOM_FOR_CTRL_C);
    int most = Math.max(LEAST_LINES, tty.rows() / 2);
    String keys = stopping ? STOPPING : tty.hears() ? KEYS : "";
    Frame frame = new Frame(board, usual.get(), clock.run(now), columns, most, style, keys);
    return switch (shows) {
      case LEGS -> frame.legs();
      case WAITS -> frame.waits();
      case LOG -> frame.below(log.lines(board, columns, most - 1, style));
      case HELP -> frame.below(help(columns, most - 1));
    };
  }

  private static List<String> help(int columns, int most) {
    return HELP.stream().limit(most).map(line -> new Row(columns).add(line).toString()).toList();
  }

  @Override
  public long rest() {
    return MILLIS_UNTIL_KEYS;
  }

  @Override
  public void pause() {
    show(List.of());
    paused = true;
    tty.giveBack();
  }

  @Override
  public void goOn() {
    paused = false;
    tty.take();
  }

  @Override
  public void stopping() {
    stopping = true;
  }

  @Override
  public void end(String report) {
    add(progress.end());
    unshown.append(report);
    show(List.of());
    out.flush();
    tty.giveBack();
  }
}
