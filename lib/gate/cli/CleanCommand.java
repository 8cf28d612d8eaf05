package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.journal.Entry;
import gate.journal.RunRecord;
import gate.kernel.GateProcess;
import gate.kernel.Leftovers;
import gate.kernel.RunFolder;
import gate.kernel.RunLock;
import gate.plan.Refused;
import gate.report.Projections;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix clean}. */
@Command(
    name = "clean",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Clears what runs left on this machine that came to no end: processes, an engine's jobs,"
          + " temporary folders, disks, reports half written, folders of runs that never began."
          + " Journals, logs and reports stay, save of the runs that `runs:` in matrix.yaml lets"
          + " go."
    })
final class CleanCommand extends Answering {
  @Mixin private Common common;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "The run's name or folder; by default all that came to no end.")
  private String run;

  @Option(names = "--dry-run", description = "Says what would be cleared, and clears nothing.")
  private boolean dry;

  private Path definition;
  private final Set<String> told = new HashSet<>();
  private boolean failed;
  private int lines;

  CleanCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Project project = Project.load(world(), common.file());
    definition = project.definition().folder();
    if (run != null) {
      one(Runs.find(definition, world().folder(), Optional.of(run)));
    } else {
      List<Path> unbegun = Unbegun.all(definition);
      Runs.all(definition).stream()
          .filter(it -> !unbegun.contains(it))
          .forEach(it -> orTell(() -> unfinished(it)));
      unbegun.forEach(it -> orTell(() -> unbegun(it)));
      tell("no run's", Leftovers.folders(!dry));
      failed |= !new OldRuns(world(), project.definition()).clear(Optional.empty(), !dry);
    }
    if (lines == 0) {
      world().err().println("nothing to clear");
    }
    return failed ? ExitCode.NOT_CLEARED : ExitCode.OK;
  }

  private static String shown(String whose, String what, String line) {
    return Shown.line("%s: %s %s".formatted(whose, what, line));
  }

  private void unfinished(Path folder) {
    if (RunRecord.of(Runs.entries(folder)).finished().isEmpty()
        || !drafts(folder, false).cleared().isEmpty()) {
      one(folder);
    }
  }

  private void unbegun(Path folder) {
    if (Unbegun.clear(folder, !dry)) {
      List<String> line = List.of("its folder %s, which has no entry".formatted(folder));
      tell(folder.getFileName().toString(), new Leftovers.Told(line, List.of()));
    }
  }

  /** A run that somebody works on has nothing to clear; what else can't be cleared is a failure. */
  private void orTell(Runnable clearing) {
    try {
      clearing.run();
    } catch (Refused e) {
      lines++;
      e.messages().forEach(world().err()::println);
      failed |= !(e instanceof RunLock.Held);
    }
  }

  private void one(Path folder) {
    try (RunLock _ = RunLock.take(folder)) {
      List<Entry> entries = Runs.entries(folder); // as it is under the lock
      GateProcess.living(entries)
          .ifPresent(pid -> {
            throw new RunLock.Held(
                "run %s still runs, pid %d; wait for its end, or end that".formatted(folder, pid));
          });
      tell(folder.getFileName().toString(), Leftovers.clear(folder, entries, !dry));
      tell(folder.getFileName().toString(), LeftJobs.clear(world(), folder, !dry));
      tell(folder.getFileName().toString(), drafts(folder, !dry));
    }
  }

  private Leftovers.Told drafts(Path folder, boolean really) {
    return new Leftovers.Told(
        Projections.clear(folder, definition.resolve(RunFolder.RESULTS), really).stream()
            .map(it -> "unfinished report " + it)
            .toList(),
        List.of());
  }

  /** What stays there, and may be found again, is told once. */
  private void tell(String whose, Leftovers.Told found) {
    found.cleared().stream()
        .filter(told::add)
        .forEach(
            line -> world().out().println(shown(whose, dry ? "would clear" : "cleared", line)));
    found.failed().stream()
        .filter(told::add)
        .forEach(line -> world().err().println(shown(whose, "not cleared:", line)));
    failed |= !found.failed().isEmpty();
    lines += found.cleared().size() + found.failed().size();
  }
}
