package gate.cli;

import gate.base.Shown;
import gate.evidence.EvidenceFolder;
import gate.evidence.Kept;
import gate.journal.Entry;
import gate.journal.JournalFailed;
import gate.journal.JournalReader;
import gate.journal.RunRecord;
import gate.kernel.RunFolder;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Past runs. */
final class Runs {
  /** Names the latest run, where a run is named. */
  static final String LATEST = "latest";

  private Runs() {}

  /** The folders that hold a journal, latest first. */
  static List<Path> all(Path definitionFolder) {
    return all(definitionFolder, folder -> Files.exists(folder.resolve(RunFolder.JOURNAL)));
  }

  /** Those among the runs that are meant, latest first. */
  static List<Path> all(Path definitionFolder, Predicate<Path> meant) {
    Path runs = definitionFolder.resolve(RunFolder.RUNS);
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(meant)
          .sorted(Comparator.comparing(Path::getFileName).reversed())
          .toList();
    } catch (IOException e) {
      throw new Refused("%s can't be read: %s".formatted(runs, e.getMessage()));
    }
  }

  /** Whether their folder is this checkout's: one that a link leads to may be anybody's. */
  static boolean areOwn(Path definitionFolder) {
    try {
      return definitionFolder
          .resolve(RunFolder.RUNS)
          .toRealPath()
          .equals(definitionFolder.toRealPath().resolve(RunFolder.RUNS));
    } catch (IOException e) {
      return false;
    }
  }

  /** The journals of all but one, latest first. */
  static List<Path> others(Path definitionFolder, Path run) {
    return all(definitionFolder).stream()
        .filter(folder -> !folder.toAbsolutePath().equals(run.toAbsolutePath()))
        .map(folder -> folder.resolve(RunFolder.JOURNAL))
        .toList();
  }

  /** By which runs' folders are ordered; a kept run's is called after its run. */
  static String time(Path folder) {
    return folder.getFileName().toString().replaceFirst("^.*-(?=\\d{8}T)", "");
  }

  /**
   * The folder of a run.
   *
   * @param named a run's name or folder; empty, or {@link #LATEST}: the latest
   * @throws Refused where there is none
   */
  static Path find(Path definitionFolder, Path here, Optional<String> named) {
    if (named.filter(it -> !it.equals(LATEST)).isEmpty()) {
      return all(definitionFolder).stream()
          .findFirst()
          .orElseThrow(() ->
              new Refused("there is no run yet in " + definitionFolder.resolve(RunFolder.RUNS)));
    }
    for (Path folder :
        List.of(
            here.resolve(named.get()),
            definitionFolder.resolve(RunFolder.RUNS).resolve(named.get()))) {
      if (Files.exists(folder.resolve(RunFolder.JOURNAL))) {
        return folder.normalize();
      }
    }
    throw new Refused(
        "there is no run `%s`; `matrix runs` lists them, and a folder with an %s is one too"
            .formatted(named.get(), RunFolder.JOURNAL));
  }

  /**
   * The folder of a run that is kept.
   *
   * @throws Refused where there is none
   */
  static Path kept(Path definitionFolder, Path here, String named) {
    return Kept.find(definitionFolder, here, named)
        .orElseThrow(() ->
            new Refused(
                "no run %s is kept in %s; `matrix evidence list` shows those that are"
                    .formatted(
                        Shown.value(named), definitionFolder.resolve(EvidenceFolder.PARENT))));
  }

  /**
   * A run's entries.
   *
   * @throws Refused where its journal can't be read
   */
  static List<Entry> entries(Path folder) {
    try {
      List<Entry> entries = JournalReader.read(folder.resolve(RunFolder.JOURNAL));
      RunRecord.of(entries);
      return entries;
    } catch (JournalFailed | IllegalArgumentException e) {
      throw new Refused(e.getMessage());
    }
  }
}
