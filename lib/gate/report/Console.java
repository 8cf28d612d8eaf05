package gate.report;

import gate.base.World;
import gate.journal.Entry;
import gate.journal.Usual;
import gate.journal.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a person sees of a run: a line for each thing that begins or ends, on a terminal also what
 * goes on right now, and at the end the report. Entries come from any thread, and none waits: a
 * thread of its own writes, so that an output that nobody reads holds up nothing but the end.
 */
public final class Console implements Consumer<Entry>, AutoCloseable {
  /** After each look: a thread that is woken for each event slows down those that make them. */
  private static final long MILLIS_TO_GATHER = 10;

  private static final long PATIENCE_SECONDS = 10;
  private static final int MOST_AT_ONCE = 1_000;
  private static final int LONGEST = 500;

  /** What the thread is told. */
  private sealed interface Told {
    record Happened(Entry entry) implements Told {}

    record Pause(CountDownLatch done) implements Told {}

    record GoOn() implements Told {}

    record Stopping() implements Told {}

    record Wrong(String sentence) implements Told {}

    record Said(String line) implements Told {}

    record Waits(String leg, String why) implements Told {}

    record Counts(List<Entry> entries) implements Told {}

    record End() implements Told {}
  }

  private final World world;
  private final Path folder;
  private final Setting setting;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile Throwable failed;

  /**
   * What a run's console can be given.
   *
   * @param earlier entries that aren't printed, of a run that is resumed
   * @param tty the terminal; asked for where it is used, by the thread that uses it
   * @param usual how long legs usually take; may be asked often, and knows more later
   * @param quit stops the run in order
   */
  public record Setting(
      List<Entry> earlier, Supplier<Tty> tty, Supplier<Usual> usual, Runnable quit) {
    /** Of a run that nobody types to, and without a past. */
    public static Setting plain(World world) {
      return new Setting(List.of(), () -> Tty.deaf(world.columns()), () -> Usual.UNKNOWN, () -> {});
    }
  }

  private Console(World world, Path folder, Setting setting) {
    this.world = world;
    this.folder = folder;
    this.setting = setting;
    entries.addAll(setting.earlier());
    thread = Thread.ofPlatform().daemon().name("console").start(this::work);
  }

  /** For a run that goes on; {@code close} prints the report. */
  public static Console live(World world, Path runFolder, Setting setting) {
    return new Console(world, runFolder, setting);
  }

  /** Whether a run's console shows what goes on right now, and not only lines. */
  public static boolean isLive(World world) {
    return world.terminal() && world.env("CI").isEmpty();
  }

  /** All that {@link #live} printed where there is no terminal, once more. */
  public static void replay(World world, Path runFolder, List<Entry> entries) {
    Display display = new PlainDisplay(world.out(), Style.of(world), Log.of(world));
    entries.forEach(entry -> display.take(entry, 0));
    display.end(closing(world, runFolder, entries, List.of()));
  }

  /** The report alone, as it was printed at the run's end. */
  public static void report(World world, Path runFolder, List<Entry> entries) {
    report(world, runFolder, entries, List.of());
  }

  /** The same, red for what went wrong after the journal's end. */
  public static void report(
      World world, Path runFolder, List<Entry> entries, List<String> problems) {
    String report = Closing.render(View.of(entries).after(problems), runFolder, Style.of(world));
    world.out().print(Log.of(world).plain(report.lines().toList()));
    world.out().flush();
  }

  @Override
  public void accept(Entry entry) {
    told.add(new Told.Happened(entry));
  }

  /** Something that went wrong after the journal's end; the report will be red for it. */
  public void problem(String sentence) {
    told.add(new Told.Wrong(sentence));
  }

  /** A line that no entry tells. */
  public void say(String line) {
    told.add(new Told.Said(Clean.line(line, LONGEST)));
  }

  /** A leg waits, whatever was before: for a machine elsewhere, or for its turn there. */
  public void waits(String leg, String why) {
    told.add(new Told.Waits(leg, why));
  }

  /** The report at the end is of these entries, whatever was shown; of none there is no report. */
  public void counts(List<Entry> others) {
    told.add(new Told.Counts(List.copyOf(others)));
  }

  /** Leaves the terminal to somebody else, until {@link #goOn}; what happens is shown then. */
  public void pause() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    told.add(new Told.Pause(done));
    while (!done.await(1, TimeUnit.SECONDS) && thread.isAlive()) {}
  }

  /** Takes the terminal back. */
  public void goOn() {
    told.add(new Told.GoOn());
  }

  /** The run was told to stop. */
  public void stopping() {
    told.add(new Told.Stopping());
  }

  /**
   * Removes what goes on right now, and prints the report; once. It waits until somebody has read
   * it, or closed the other end.
   */
  @Override
  public void close() {
    told.add(new Told.End());
    boolean interrupted = join();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failed instanceof OutOfMemoryError noRoom) {
      throw noRoom;
    }
    if (failed != null) {
      throw new IllegalStateException("the run can't be shown; `matrix report` may", failed);
    }
  }

  private boolean join() {
    boolean interrupted = false;
    boolean noted = false;
    while (true) {
      try {
        if (thread.join(Duration.ofSeconds(PATIENCE_SECONDS))) {
          return interrupted;
        }
        if (!noted) {
          noted = true;
          Thread.ofPlatform().daemon().start(this::note);
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  /** On a thread of its own, for nobody may read that either. */
  private void note() {
    world
        .err()
        .println(
            "the run has ended, and its report waits for somebody who reads the output; it is in "
                + Clean.line(folder.toString()));
  }

  private void work() {
    try {
      Display display = display();
      while (!isEnd(display)) {
        display.tick(now());
        Thread.sleep(MILLIS_TO_GATHER);
      }
      display.end(closing(world, folder, entries, problems));
    } catch (RuntimeException | Error | InterruptedException e) {
      failed = e;
    }
  }

  private Display display() {
    return isLive(world)
        ? new LiveDisplay(
            world.out(),
            Style.of(world),
            folder,
            setting.tty().get(),
            setting.usual(),
            setting.quit())
        : new PlainDisplay(world.out(), Style.of(world), Log.of(world));
  }

  /** Takes all that is there, or waits a moment for it. */
  private boolean isEnd(Display display) throws InterruptedException {
    Told next = told.poll(display.rest(), TimeUnit.MILLISECONDS);
    for (int taken = 0; next != null; next = ++taken < MOST_AT_ONCE ? told.poll() : null) {
      switch (next) {
        case Told.Happened it -> {
          entries.add(it.entry());
          display.take(it.entry(), now());
        }
        case Told.Wrong it -> problems.add(it.sentence());
        case Told.Said it -> display.said(it.line(), now());
        case Told.Waits it -> display.waits(it.leg(), it.why());
        case Told.Counts it -> {
          entries.clear();
          entries.addAll(it.entries());
        }
        case Told.Pause it -> {
          display.pause();
          it.done().countDown();
        }
        case Told.GoOn _ -> display.goOn();
        case Told.Stopping _ -> display.stopping();
        case Told.End _ -> {
          return true;
        }
      }
    }
    return false;
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  private static String closing(
      World world, Path folder, List<Entry> entries, List<String> problems) {
    if (entries.isEmpty()) {
      return "";
    }
    Style style = Style.of(world);
    try {
      return Closing.render(View.of(entries).after(problems), folder, style);
    } catch (IllegalArgumentException e) {
      return "\n%s  the journal can't be judged\n  - %s\n"
          .formatted(style.verdict(Verdict.Kind.RED), Clean.line(e.getMessage()));
    }
  }
}
