package gate.report;

import gate.base.World;
import gate.journal.Entry;
import gate.journal.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What a person sees of several runs at once: their lines as they come, each behind the name of its
 * part, and on a terminal a line each for those that go on. Called by one thread.
 */
public final class Following implements AutoCloseable {
  private static final int MOST = 20;
  private static final int ROOM_FOR_CTRL_C = 3;

  private final Style style;
  private final boolean live;
  private final int columns;
  private final LongSupplier clock;
  private final Screen screen;
  private final Map<String, Followed> parts = new LinkedHashMap<>();
  private final StringBuilder unshown = new StringBuilder();

  private static final class Followed {
    private final Progress progress;
    private final LiveArea area = new LiveArea();
    private String label;
    private boolean began;
    private boolean over;

    Followed(String label, Progress progress) {
      this.label = label;
      this.progress = progress;
    }
  }

  /**
   * @param folders those of the parts, as they were named
   * @param clock milliseconds that never jump
   */
  Following(World world, List<String> folders, boolean live, LongSupplier clock) {
    this.style = Style.of(world);
    this.live = live;
    this.clock = clock;
    this.columns = (world.columns() > 0 ? world.columns() : 80) - ROOM_FOR_CTRL_C;
    this.screen = new Screen(world.out());
    folders.forEach(
        it -> parts.put(it, new Followed(Clean.line(it, 60), new Progress(style, false))));
  }

  /** For folders of parts, as they were named. */
  public static Following of(World world, List<String> folders) {
    boolean live = world.terminal() && world.env("CI").isEmpty();
    return new Following(world, folders, live, () -> System.nanoTime() / 1_000_000);
  }

  /** Takes what a part's journal tells. */
  public void accept(String folder, Entry entry) {
    Followed part = parts.get(folder);
    part.began = true;
    if (entry.event() instanceof Event.PartTaken taken) {
      part.label = taken.label();
    }
    part.over = entry.event() instanceof Event.RunFinished;
    part.area.take(entry.event(), clock.getAsLong());
    part.progress.of(entry.event()).forEach(line -> say(part, line));
    if (entry.event() instanceof Event.RunFinished end) {
      say(part, style.verdict(end.verdict()));
    }
  }

  /** Says that a part isn't followed any more. */
  public void lost(String folder, String why) {
    Followed part = parts.get(folder);
    part.over = true;
    say(part, style.bad("!") + " " + Clean.line(why, 200));
  }

  private void say(Followed part, String line) {
    unshown.append("[").append(part.label).append("] ").append(line).append('\n');
  }

  /** Draws what there is to draw. */
  public void draw() {
    screen.show(unshown.toString(), live ? lines() : List.of());
    unshown.setLength(0);
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    long now = clock.getAsLong();
    int going = 0;
    for (Followed part : parts.values()) {
      if (!part.over && ++going <= MOST) {
        List<String> area = part.area.lines(now, columns);
        String last =
            !part.began ? "… not begun" : area.isEmpty() ? "… getting ready" : area.getLast();
        lines.add(Width.cut("[%s] %s".formatted(part.label, last), columns));
      }
    }
    if (going > MOST) {
      lines.add(Width.cut("and %d more".formatted(going - MOST), columns));
    }
    return lines;
  }

  /** Removes what changes. */
  @Override
  public void close() {
    screen.show(unshown.toString(), List.of());
    unshown.setLength(0);
  }
}
