package gate.kernel;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import gate.base.Reason;
import gate.journal.Entry;
import gate.journal.Event;
import gate.kernel.process.Marked;
import gate.kernel.process.Survivor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run leaves on the machine where its gate and guardians were killed at once, or the machine
 * was lost: processes, temporary folders, and the disk made for its virtual machines. Its journal,
 * logs and reports stay. Whoever asks holds the run's {@link RunLock}.
 */
public final class Leftovers {
  private final boolean really;
  private final List<String> cleared = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();

  private Leftovers(boolean really) {
    this.really = really;
  }

  /**
   * A line each.
   *
   * @param failed what couldn't be cleared, and why
   */
  public record Told(List<String> cleared, List<String> failed) {}

  /**
   * Clears what is a run's.
   *
   * @param really whether it is done, and not only told
   */
  public static Told clear(Path run, List<Entry> entries, boolean really) {
    Leftovers leftovers = new Leftovers(really);
    GateProcess.all(entries).forEach(leftovers::processes);
    leftovers.folders(Optional.of(run.toString()));
    leftovers.disk(run.resolve(RunFolder.DISK));
    return leftovers.told();
  }

  /** Clears the temporary folders whose gates are dead, whatever run they were for. */
  public static Told folders(boolean really) {
    Leftovers leftovers = new Leftovers(really);
    leftovers.folders(Optional.empty());
    return leftovers.told();
  }

  private Told told() {
    return new Told(List.copyOf(cleared), List.copyOf(failed));
  }

  private void processes(Event.GateStarted gate) {
    try {
      long mark = Long.parseLong(gate.mark());
      for (Survivor process : really ? Marked.end(mark) : Marked.find(mark)) {
        cleared.add("process %d (%s)".formatted(process.pid(), process.command()));
      }
    } catch (NumberFormatException e) {
      failed.add("processes: the journal's mark is no number");
    } catch (Marked.Undying e) {
      failed.add("processes " + e.getMessage());
    }
  }

  private void folders(Optional<String> run) {
    try {
      TempFolder.Stale stale = TempFolder.clearStale(run, really);
      cleared.addAll(stale.cleared());
      stale.kept().forEach(why -> failed.add("temporary folder " + why));
    } catch (Broken e) {
      failed.add(e.getMessage());
    }
  }

  private void disk(Path disk) {
    if (!Files.isRegularFile(disk, NOFOLLOW_LINKS)) {
      return;
    }
    try {
      if (really) {
        Files.delete(disk);
      }
      cleared.add("disk " + disk);
    } catch (IOException e) {
      failed.add("disk %s: %s".formatted(disk, Reason.of(e)));
    }
  }
}
