package gate.evidence;

import gate.base.Shown;
import gate.journal.Event.ArtifactKept;
import gate.journal.RunRecord;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The logs, and the copies of artifacts, in a run's folder.
 *
 * @param files the smallest first
 * @param faults what is wrong with them, a sentence each
 */
record RunLogs(List<File> files, List<String> faults) {
  private static final List<String> FOLDERS = List.of("artifacts", "builds", "legs");

  /** One of them; {@code name} is its path in the run's folder, with {@code /}. */
  record File(String name, Path path, long bytes) {}

  static RunLogs of(Path run, RunRecord record) throws IOException {
    List<File> files = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (String top : FOLDERS) {
      Path folder = run.resolve(top);
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        try (Stream<Path> all = Files.walk(folder)) {
          for (Path path : (Iterable<Path>) all::iterator) {
            look(run, path, files, faults);
          }
        }
      }
    }
    Set<String> names = files.stream().map(File::name).collect(Collectors.toSet());
    for (String name : named(record)) {
      if (!names.contains(name)) {
        faults.add("the journal names %s, and it isn't in %s".formatted(Shown.value(name), run));
      }
    }
    files.sort(Comparator.comparingLong(File::bytes).thenComparing(File::name));
    return new RunLogs(List.copyOf(files), List.copyOf(faults));
  }

  private static void look(Path run, Path path, List<File> files, List<String> faults)
      throws IOException {
    String name = run.relativize(path).toString().replace('\\', '/');
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      faults.add("%s is no file, but a link or the like".formatted(Shown.value(path.toString())));
    } else if (!Sums.mayBeKept(name)) {
      faults.add(
          "%s has a name that the gate gives no log; take it away"
              .formatted(Shown.value(path.toString())));
    } else {
      files.add(new File(name, path, Files.size(path)));
    }
  }

  /** The paths that a journal names. */
  static Set<String> named(RunRecord run) {
    Set<String> named = new TreeSet<>();
    run.builds().forEach(build -> named.add(build.log()));
    for (LegRecord leg : run.legs()) {
      leg.services().forEach(service -> named.add(service.log()));
      for (AttemptRecord attempt : leg.attempts()) {
        for (StepRecord step : attempt.steps()) {
          named.add(step.log());
          step.artifacts().stream().map(ArtifactKept::copy).forEach(named::add);
        }
      }
    }
    named.remove("");
    return named;
  }
}
