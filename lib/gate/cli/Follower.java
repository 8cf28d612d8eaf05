package gate.cli;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import gate.base.Durations;
import gate.base.World;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.JournalFailed;
import gate.journal.JournalTail;
import gate.kernel.RunFolder;
import gate.report.Following;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Follows the journals of parts until each has its end, or nothing more is to be expected. */
final class Follower {
  private static final long MILLIS_BETWEEN = 200;

  private final World world;
  private final Duration patience;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private volatile boolean stopped;

  private static final class Part {
    private final Path journal;
    private final JournalTail tail;
    private long last = System.nanoTime();

    Part(Path journal) {
      this.journal = journal;
      this.tail = new JournalTail(journal);
    }

    /** A pipe would never end; a link isn't merged either. */
    boolean isOther() {
      return Files.exists(journal, NOFOLLOW_LINKS) && !Files.isRegularFile(journal, NOFOLLOW_LINKS);
    }
  }

  /**
   * @param folders those of the parts; they may not be there yet
   * @param patience how long a journal may stand still
   */
  Follower(World world, List<Path> folders, Duration patience) {
    this.world = world;
    this.patience = patience;
    for (Path folder : folders) {
      parts.put(
          folder.toString(), new Part(world.folder().resolve(folder).resolve(RunFolder.JOURNAL)));
    }
  }

  /** Ends it soon, by any thread. */
  void stop(String why) {
    stopped = true;
  }

  /** Follows them, and shows what goes on. */
  void run() {
    try (Following shown = Following.of(world, List.copyOf(parts.keySet()))) {
      while (!parts.isEmpty() && !stopped) {
        parts.entrySet().removeIf(it -> over(it.getKey(), it.getValue(), shown));
        shown.draw();
        if (!parts.isEmpty()) {
          Thread.sleep(MILLIS_BETWEEN);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean over(String folder, Part part, Following shown) {
    boolean ended = false;
    if (part.isOther()) {
      shown.lost(folder, "its journal is no plain file");
      return true;
    }
    try {
      for (Entry entry : part.tail.more()) {
        part.last = System.nanoTime();
        shown.accept(folder, entry);
        ended = entry.event() instanceof Event.RunFinished;
      }
    } catch (JournalFailed e) {
      shown.lost(folder, e.getMessage());
      return true;
    }
    if (!ended && System.nanoTime() - part.last > patience.toNanos()) {
      shown.lost(
          folder,
          "its journal has stood still for %s, and is merged as it is".formatted(shown(patience)));
      return true;
    }
    return ended;
  }

  private static String shown(Duration time) {
    return time.toSeconds() < 1 ? time.toMillis() + " ms" : Durations.rough(time);
  }
}
