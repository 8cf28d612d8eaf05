package gate.report;

import gate.base.World;
import gate.journal.Entry;
import gate.journal.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a person sees of a run: a line for each thing that begins or ends, on a terminal also what
 * goes on right now, and at the end the report. Listens to a journal from any thread.
 */
public final class Console implements Consumer<Entry>, AutoCloseable {
  private static final long MILLIS_BETWEEN = 100;

  /** A terminal echoes {@code ^C} behind the last line, which mustn't wrap for it. */
  private static final int ROOM_FOR_CTRL_C = 3;

  private final World world;
  private final Path folder;
  private final boolean live;
  private final Style style;
  private final LongSupplier clock;
  private final Screen screen;
  private final Progress progress;
  private final LiveArea area = new LiveArea();
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final StringBuilder unshown = new StringBuilder();
  private final int columns;
  private long drawn;
  private Thread ticker;
  private boolean closed;
  private boolean paused;

  /**
   * @param live whether what goes on right now is shown
   * @param clock milliseconds that never jump
   */
  Console(World world, Path folder, boolean live, LongSupplier clock) {
    this.world = world;
    this.folder = folder;
    this.live = live;
    this.clock = clock;
    columns = (world.columns() > 0 ? world.columns() : 80) - ROOM_FOR_CTRL_C;
    drawn = clock.getAsLong() - MILLIS_BETWEEN;
    style = Style.of(world);
    screen = new Screen(world.out());
    progress = new Progress(style, !live);
  }

  /**
   * For a run that goes on; {@code close} prints the report.
   *
   * @param earlier entries that aren't printed, of a run that is resumed
   */
  public static Console live(World world, Path runFolder, List<Entry> earlier) {
    boolean live = world.terminal() && world.env("CI").isEmpty();
    Console console = new Console(world, runFolder, live, () -> System.nanoTime() / 1_000_000);
    console.entries.addAll(earlier);
    if (live) {
      console.ticker = Thread.ofPlatform().daemon().name("console").start(console::tick);
    }
    return console;
  }

  /** All that {@link #live} printed where there is no terminal, once more. */
  public static void replay(World world, Path runFolder, List<Entry> entries) {
    try (Console console = new Console(world, runFolder, false, () -> 0)) {
      entries.forEach(console);
    }
  }

  /** The report alone, as it was printed at the run's end. */
  public static void report(World world, Path runFolder, List<Entry> entries) {
    report(world, runFolder, entries, List.of());
  }

  /** The same, red for what went wrong after the journal's end. */
  public static void report(
      World world, Path runFolder, List<Entry> entries, List<String> problems) {
    View view = View.of(entries).after(problems);
    world.out().print(Closing.render(view, runFolder, Style.of(world)));
    world.out().flush();
  }

  @Override
  public synchronized void accept(Entry entry) {
    if (closed) {
      return;
    }
    entries.add(entry);
    area.take(entry.event(), clock.getAsLong());
    show(progress.of(entry.event()));
  }

  /** Something that went wrong after the journal's end; the report will be red for it. */
  public synchronized void problem(String sentence) {
    problems.add(sentence);
  }

  /** Leaves the terminal to somebody else, until {@link #goOn}; what happens is shown then. */
  public synchronized void pause() {
    flush(List.of());
    paused = true;
  }

  /** Takes the terminal back. */
  public synchronized void goOn() {
    paused = false;
  }

  /** Removes what goes on right now, and prints the report; once. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (ticker != null) {
      ticker.interrupt();
    }
    unshown.append(join(progress.end()));
    if (!entries.isEmpty()) {
      unshown.append(closing());
    }
    flush(List.of());
  }

  private String closing() {
    View view;
    try {
      view = View.of(entries).after(problems);
    } catch (IllegalArgumentException e) {
      return "\n%s  the journal can't be judged\n  - %s\n"
          .formatted(style.verdict(Verdict.Kind.RED), Clean.line(e.getMessage()));
    }
    return Closing.render(view, folder, style);
  }

  private void show(List<String> lines) {
    unshown.append(join(lines));
    long now = clock.getAsLong();
    if (paused) {
      return;
    }
    if (!live) {
      flush(List.of());
    } else if (now - drawn >= MILLIS_BETWEEN) {
      drawn = now;
      flush(area.lines(now, columns));
    }
  }

  private void flush(List<String> below) {
    screen.show(unshown.toString(), below);
    unshown.setLength(0);
  }

  /** Draws what time alone has changed, and what an event came too early to draw. */
  synchronized void draw() {
    if (!closed) {
      show(List.of());
    }
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(MILLIS_BETWEEN);
        draw();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String join(List<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
