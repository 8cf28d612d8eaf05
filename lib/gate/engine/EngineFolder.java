package gate.engine;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import gate.base.Reason;
import gate.journal.JournalFailed;
import gate.kernel.RunFolder;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where an engine works: nothing of it lies elsewhere.
 *
 * @param path absolute
 */
public record EngineFolder(Path path) {
  /** The one in a run's folder. */
  public static EngineFolder of(Path run) {
    return new EngineFolder(run.resolve("engine").toAbsolutePath().normalize());
  }

  Path flow() {
    return path.resolve("main.nf");
  }

  Path part() {
    return path.resolve("part.sh");
  }

  Path config() {
    return path.resolve("nextflow.config");
  }

  Path work() {
    return path.resolve("work");
  }

  Path temp() {
    return path.resolve("tmp");
  }

  Path home() {
    return path.resolve("home");
  }

  /** The engine's own log. */
  Path log() {
    return path.resolve("nextflow.log");
  }

  /** What it writes down of each process that is over. */
  Path trace() {
    return path.resolve("trace.txt");
  }

  /** What the engine says. */
  public Path out() {
    return path.resolve("nextflow.out");
  }

  /** Where the parts are brought, a folder each process. */
  Path parts() {
    return path.resolve("parts");
  }

  /** What a leg's process brought. */
  Path brought(int number, String name) {
    return parts().resolve("leg_" + number).resolve(name);
  }

  /** The part that a leg's process brought, or is about to. */
  public Path part(int number) {
    return brought(number, "part");
  }

  /**
   * The part that a machine works on.
   *
   * @param beginning that of its folder's name, as {@code ab/cdef01}
   * @return empty where that isn't here: not yet, or never
   */
  public Optional<Path> part(String beginning) {
    Path there = work().resolve(beginning);
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(
            there.getParent(), it -> it.toString().startsWith(there.toString()))) {
      folders.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return Optional.empty();
    }
    return found.size() == 1 ? Optional.of(found.getFirst().resolve("part")) : Optional.empty();
  }

  /** The parts' folders that were brought, of so many legs. */
  public List<Path> brought(int legs) {
    return IntStream.rangeClosed(1, legs)
        .mapToObj(this::part)
        .filter(part -> Files.isDirectory(part, NOFOLLOW_LINKS))
        .toList();
  }

  Path merged() {
    return path.resolve("merged");
  }

  /**
   * The folder, made, where the merged run is put together.
   *
   * @throws JournalFailed where it can't be made
   */
  public Path toMerge() {
    try {
      RunFolder.delete(merged());
      return Files.createDirectories(merged());
    } catch (IOException e) {
      throw new JournalFailed("%s can't be made: %s".formatted(merged(), Reason.of(e)), e);
    }
  }

  /**
   * Moves what an earlier go said of itself out of the way of the next.
   *
   * @return where it is now
   * @throws Refused where it can't be moved
   */
  public Path setAside(Path journal) {
    try {
      Files.createDirectories(path);
      int number = 1;
      while (Files.exists(path.resolve("cut-off-" + number + ".jsonl"))) {
        number++;
      }
      RunFolder.delete(merged());
      RunFolder.delete(parts());
      Unfinished.clear(this);
      return Files.move(journal, path.resolve("cut-off-" + number + ".jsonl"));
    } catch (IOException e) {
      throw new Refused("%s can't be moved: %s".formatted(journal, Reason.of(e)));
    }
  }

  /**
   * Leaves a run's folder as it was before {@link #setAside}, or before there was a run in it.
   *
   * @param aside where the earlier journal is; empty: there was none
   */
  public void undo(Path journal, Optional<Path> aside) throws IOException {
    if (aside.isPresent()) {
      Files.move(aside.get(), journal, ATOMIC_MOVE, REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(journal);
      RunFolder.delete(path);
    }
  }

  /**
   * Moves the merged run to its place, the journal last.
   *
   * @throws JournalFailed where it can't be moved
   */
  public void moveMerged(Path run) {
    move(run, true);
  }

  /**
   * Moves the merged run's files to their places, and leaves the run its journal.
   *
   * @throws JournalFailed where they can't be moved
   */
  public void moveFiles(Path run) {
    move(run, false);
  }

  private void move(Path run, boolean journal) {
    try {
      for (String name : List.of("legs", "artifacts", "builds")) {
        RunFolder.delete(run.resolve(name));
        if (Files.isDirectory(merged().resolve(name), NOFOLLOW_LINKS)) {
          Files.move(merged().resolve(name), run.resolve(name));
        }
      }
      if (journal) {
        Files.move(
            merged().resolve(RunFolder.JOURNAL),
            run.resolve(RunFolder.JOURNAL),
            ATOMIC_MOVE,
            REPLACE_EXISTING);
      }
      RunFolder.delete(merged());
    } catch (IOException e) {
      throw new JournalFailed(
          "the merged run in %s can't be moved to its place: %s".formatted(merged(), Reason.of(e)),
          e);
    }
  }

  /** Deletes what nobody wants to see of a run without a fault. */
  public void clear() {
    for (Path folder : List.of(work(), parts(), temp(), home(), path.resolve(".nextflow"))) {
      try {
        RunFolder.delete(folder);
      } catch (IOException e) {
        // it takes room, and does no harm
      }
    }
  }
}
