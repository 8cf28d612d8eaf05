package gate.merge;

import gate.journal.Event.ArtifactKept;
import gate.journal.Event.BuildFinished;
import gate.journal.Event.ServiceReady;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files that a merged journal names. */
final class Logs {
  private static final int NAMED = 5;

  private Logs() {}

  /** Those that aren't there, the first few by name: a log that isn't there can show nothing. */
  static List<String> missing(RunRecord run, Path folder) {
    List<String> missing =
        Stream.concat(
                run.builds().stream().map(BuildFinished::log),
                run.legs().stream().flatMap(Logs::named))
            .filter(log -> !log.isEmpty())
            .filter(log -> !Files.isRegularFile(folder.resolve(log), LinkOption.NOFOLLOW_LINKS))
            .distinct()
            .toList();
    List<String> problems = new ArrayList<>();
    missing.stream()
        .limit(NAMED)
        .forEach(log -> problems.add("the file %s is missing in its part's folder".formatted(log)));
    if (missing.size() > NAMED) {
      problems.add("%d more files are missing".formatted(missing.size() - NAMED));
    }
    return problems;
  }

  private static Stream<String> named(LegRecord leg) {
    return Stream.concat(
        leg.services().stream().map(ServiceReady::log),
        leg.attempts().stream().flatMap(attempt -> attempt.steps().stream()).flatMap(Logs::named));
  }

  private static Stream<String> named(StepRecord step) {
    return Stream.concat(Stream.of(step.log()), step.artifacts().stream().map(ArtifactKept::copy));
  }
}
