package gate.cli;

import gate.base.Commands;
import gate.base.World;
import gate.definition.Definition;
import gate.journal.Entry;
import gate.journal.Event.RunStarted;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import gate.kernel.GateProcess;
import gate.kernel.Leftovers;
import gate.kernel.RunFolder;
import gate.plan.Refused;
import gate.report.Projections;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;

/**
 * A run to go on with.
 *
 * @param entries its journal
 * @param options as it was started
 */
record Earlier(RunFolder folder, List<Entry> entries, RunOptions options) {
  private static final int COMMAND = 2; // ./jbang matrix.java
  private static final Set<Verdict.Kind> OVER = Set.of(Verdict.Kind.GREEN, Verdict.Kind.PARTIAL);

  Earlier {
    entries = List.copyOf(entries);
  }

  /**
   * Finds it.
   *
   * @param named its name or folder; {@link RunOptions#NO_RUN}: the one in LOG_DIR, or else the
   *     latest
   * @throws Refused where there is none, or none that can go on
   */
  static Earlier find(World world, Definition definition, RunOptions now, String named) {
    refuseMore(now);
    if (named.isEmpty()) {
      throw new Refused(
          "--resume names a run that has no name; `--resume` alone goes on with the latest, and"
              + " `matrix runs` lists them");
    }
    Optional<String> run =
        Optional.of(named.equals(RunOptions.NO_RUN) ? world.env("LOG_DIR") : named)
            .filter(it -> !it.isEmpty());
    Path path = Runs.find(definition.folder(), world.folder(), run);
    List<Entry> entries = Runs.entries(path);
    RunRecord record = RunRecord.of(entries);
    RunStarted started = record.started();
    if (!record.merged().isEmpty()) {
      throw new Refused(
          "%s was merged from parts, and has nothing to go on with; go on with the parts that were cut off, and merge again"
              .formatted(path));
    }
    if (started.dry()) {
      throw new Refused(
          "%s was a dry run, which has nothing to go on with; run it again".formatted(path));
    }
    Verdict.Kind verdict = Judge.replayed(record).kind();
    if (OVER.contains(verdict) && reported(definition, path)) {
      throw new Refused(
          "run %s came to its end (%s): look at it with `%s`, or start another"
              .formatted(
                  path,
                  verdict,
                  Commands.line(List.of("./jbang", "matrix.java", "report", path.toString()))));
    }
    RunOptions options = options(world, started.command());
    return new Earlier(RunFolder.of(started.run(), path), entries, options.jobsOf(now));
  }

  /**
   * Sees, under the run's lock, that nobody went on with it meanwhile, and ends what it left.
   *
   * @throws Refused where its gate lives, or where it can't go on
   */
  void settle(World world) {
    GateProcess.living(entries)
        .ifPresent(pid -> {
          throw new Refused(
              "run %s still runs, pid %d; wait for its end, or end that"
                  .formatted(folder.path(), pid));
        });
    if (!Runs.entries(folder.path()).equals(entries)) {
      throw new Refused(
          "run %s was gone on with by somebody else; look at it, and ask again"
              .formatted(folder.path()));
    }
    List<String> failed = new ArrayList<>(Leftovers.clear(folder.path(), entries, true).failed());
    LeftJobs.tell(world, folder.path(), failed::add);
    if (!failed.isEmpty()) {
      throw new Refused(
          "run %s left what can't be cleared: %s"
              .formatted(folder.path(), String.join("; ", failed)));
    }
  }

  /**
   * Whether its reports are where they belong: its gate may have been killed as it put them there.
   */
  private static boolean reported(Definition definition, Path run) {
    Path results = definition.folder().resolve(RunFolder.RESULTS);
    return Projections.areIn(run) && Projections.clear(run, results, false).isEmpty();
  }

  private static void refuseMore(RunOptions now) {
    List<String> words = now.ofTheRun();
    if (!words.isEmpty()) {
      throw new Refused(
          "--resume goes on with a run as it was started; leave out `%s` (only -f and -j can be said anew)"
              .formatted(String.join(" ", words)));
    }
  }

  private static RunOptions options(World world, List<String> command) {
    RunCommand run = new RunCommand(world);
    new CommandLine(run).parseArgs(command.stream().skip(COMMAND).toArray(String[]::new));
    return run.options();
  }
}
