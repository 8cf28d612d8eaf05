package gate.cli;

import gate.base.World;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Journal;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import gate.kernel.Beginning;
import gate.kernel.RunFolder;
import gate.report.Console;
import gate.report.ProjectionFailed;
import gate.report.Projections;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The journal of a run while an engine works on its legs: it says that they were begun, and that
 * none came to its end. The merged journal takes its place.
 */
final class Head {
  private final Beginning beginning;
  private final RunFolder folder;
  private final World world;
  private final List<Entry> entries = new ArrayList<>();

  Head(Beginning beginning, RunFolder folder, World world) {
    this.beginning = beginning;
    this.folder = folder;
    this.world = world;
  }

  void begin(long mark) {
    try (Journal journal =
        Journal.create(folder.journal(), world.clock(), beginning.plan().toggles().secrets())) {
      journal.listen(entries::add);
      journal.append(beginning.started());
      journal.append(Beginning.gateStarted(mark));
      journal.append(beginning.planned());
    }
  }

  /** Says so, and gives the exit code. */
  int stopped(String why) {
    try (Journal journal =
        Journal.resume(
            folder.journal(), entries, world.clock(), beginning.plan().toggles().secrets())) {
      journal.listen(entries::add);
      journal.append(new Event.StopRequested(why));
      Verdict verdict = Judge.verdict(RunRecord.of(entries));
      journal.append(
          new Event.RunFinished(
              verdict.kind(),
              verdict.exitCode(beginning.settings().strict()),
              verdict.reasons(),
              journal.millis()));
      List<String> late = new ArrayList<>();
      try {
        Projections.write(folder.path(), entries, Optional.empty());
      } catch (ProjectionFailed e) {
        late.add(e.getMessage());
      }
      Console.report(world, folder.path(), entries, late);
      return verdict.exitCode(beginning.settings().strict());
    }
  }
}
