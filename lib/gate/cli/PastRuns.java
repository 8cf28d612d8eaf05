package gate.cli;

import gate.definition.Definition;
import gate.evidence.EvidenceRefused;
import gate.evidence.Kept;
import gate.journal.RunRecord;
import gate.plan.Refused;
import gate.report.History;
import gate.report.Logs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The runs that are there and those that are kept, put together for their history. */
final class PastRuns {
  private static final int MOST = 200;
  private static final String PAGE = "report.html";

  private PastRuns() {}

  /**
   * Them, each once.
   *
   * @param from the folder that the links to their pages lead from
   */
  static History of(Definition definition, Path from) {
    List<Path> folders = new ArrayList<>(Runs.all(definition.folder()));
    try {
      folders.addAll(Kept.all(definition.folder()));
    } catch (EvidenceRefused e) {
      throw new Refused(e.getMessage());
    }
    folders.sort((a, b) -> Runs.time(b).compareTo(Runs.time(a)));
    List<Path> latest = folders.subList(0, Math.min(MOST, folders.size()));
    History history = new History(latest.size());
    Set<String> seen = new HashSet<>();
    for (Path folder : latest.reversed()) {
      try {
        RunRecord run = RunRecord.of(Runs.entries(folder));
        if (run.started().name().equals(definition.name())
            && seen.add(run.started().run() + run.at())) {
          history.add(run, page(folder, from));
        }
      } catch (Refused e) {
        continue; // `matrix runs` names it and says why
      }
    }
    return history;
  }

  private static String page(Path folder, Path from) {
    return Files.isRegularFile(folder.resolve(PAGE))
        ? Logs.address(from, folder.resolve(PAGE))
        : "";
  }
}
