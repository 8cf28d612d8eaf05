package gate.cli;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import gate.base.Reason;
import gate.base.World;
import gate.definition.Definition;
import gate.definition.KeptRuns;
import gate.journal.Entry;
import gate.journal.Event.RunStarted;
import gate.journal.RunRecord;
import gate.kernel.GateProcess;
import gate.kernel.Leftovers;
import gate.kernel.RunFolder;
import gate.kernel.RunLock;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The runs that {@code runs:} in matrix.yaml lets go: folders that the gate itself made among the
 * runs, which nobody works on. What they left on the machine goes first.
 */
final class OldRuns {
  private final World world;
  private final Definition definition;

  OldRuns(World world, Definition definition) {
    this.world = world;
    this.definition = definition;
  }

  /**
   * Deletes them, and says so on stderr.
   *
   * @param spared the folder of the run that has just ended
   * @param really whether they are deleted, and not only told
   * @return whether all that were to go went
   */
  boolean clear(Optional<Path> spared, boolean really) {
    boolean cleared = true;
    for (Path run : due()) {
      if (!spared.map(Path::toAbsolutePath).equals(Optional.of(run.toAbsolutePath()))) {
        cleared &= gone(run, really);
      }
    }
    return cleared;
  }

  /** Those beyond the number, and those too old; never the latest whole one. */
  private List<Path> due() {
    KeptRuns kept = definition.runs();
    if (kept.most().isEmpty() && kept.maxAge().isEmpty() || !Runs.areOwn(definition.folder())) {
      return List.of();
    }
    List<Path> runs =
        Runs.all(definition.folder()).stream()
            .filter(run -> Files.isDirectory(run, NOFOLLOW_LINKS))
            .filter(run -> RunFolder.began(run).isPresent())
            .toList();
    Instant oldest = kept.maxAge().map(world.clock().instant()::minus).orElse(Instant.MIN);
    List<Path> due = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      if (i >= kept.most().orElse(Integer.MAX_VALUE)
          || RunFolder.began(runs.get(i)).get().isBefore(oldest)) {
        due.add(runs.get(i));
      }
    }
    if (!due.isEmpty()) {
      runs.stream().filter(OldRuns::isWhole).findFirst().ifPresent(due::remove);
    }
    return due;
  }

  private static boolean isWhole(Path folder) {
    try {
      RunRecord run = RunRecord.of(Runs.entries(folder));
      RunStarted started = run.started();
      return run.finished().isPresent()
          && run.part().isEmpty()
          && !started.dry()
          && started.selected().isEmpty();
    } catch (Refused e) {
      return false;
    }
  }

  /** Empty where somebody works on it. */
  private Optional<RunLock> lock(Path folder) {
    try {
      return Optional.of(RunLock.take(folder));
    } catch (Refused e) {
      e.messages().forEach(world.err()::println);
      return Optional.empty();
    }
  }

  private boolean gone(Path folder, boolean really) {
    Optional<RunLock> lock = lock(folder);
    if (lock.isEmpty()) {
      return true;
    }
    try (RunLock _ = lock.get()) {
      List<Entry> entries = Runs.entries(folder);
      if (GateProcess.living(entries).isPresent()) {
        return true; // it still runs
      }
      List<String> left = LeftJobs.left(world, folder);
      if (!left.isEmpty()) { // without it nobody would find them
        throw new Refused(
            "%s is kept, for jobs of its engine may go on; `./jbang matrix.java clean %s` cancels what it can: %s"
                .formatted(folder, folder.getFileName(), String.join("; ", left)));
      }
      if (really) {
        List<String> failed = Leftovers.clear(folder, entries, true).failed();
        if (!failed.isEmpty()) {
          throw new Refused("%s is kept: %s".formatted(folder, String.join("; ", failed)));
        }
        RunFolder.delete(folder);
      }
      world
          .err()
          .printf(
              "%s %s, as `runs:` in matrix.yaml says%n",
              really ? "deleted" : "would delete", folder);
      return true;
    } catch (Refused e) {
      e.messages().forEach(world.err()::println);
    } catch (IOException e) {
      world.err().printf("%s can't be deleted: %s%n", folder, Reason.of(e));
    }
    return false;
  }
}
