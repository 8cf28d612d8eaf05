package gate.cli;

import gate.definition.Definition;
import gate.definition.Leg;
import gate.journal.RunRecord;
import gate.plan.Refused;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The legs that didn't pass in the latest run that ran anything. */
final class LastFailed {
  private LastFailed() {}

  /**
   * Their ids.
   *
   * @throws Refused where there is no such run or leg
   */
  static List<String> legs(Definition definition) {
    for (Path folder : Runs.all(definition.folder())) {
      RunRecord run = RunRecord.of(Runs.entries(folder));
      if (run.started().dry()) {
        continue;
      }
      Set<String> known = definition.legs().stream().map(Leg::id).collect(Collectors.toSet());
      List<String> failed =
          run.legs().stream()
              .filter(leg -> leg.outcome().bad() || leg.outcome() == gate.journal.Outcome.FLAKY)
              .map(leg -> leg.plan().leg())
              .filter(known::contains)
              .toList();
      if (failed.isEmpty()) {
        throw new Refused(
            "in the latest run, %s, no leg failed; run without --last-failed"
                .formatted(folder.getFileName()));
      }
      return failed;
    }
    throw new Refused("there is no run yet; run without --last-failed");
  }
}
