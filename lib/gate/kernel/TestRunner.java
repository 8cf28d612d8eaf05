package gate.kernel;

import gate.base.Secrets;
import gate.dsl.CargoTest;
import gate.dsl.StepFailed;
import gate.journal.Event;
import gate.journal.Journal;
import gate.journal.Outcome;
import gate.kernel.cargo.BuildListener;
import gate.kernel.cargo.BuildRunner;
import gate.kernel.cargo.CargoLine;
import gate.kernel.cargo.CargoTests;
import gate.kernel.cargo.Case;
import gate.kernel.cargo.Launcher;
import gate.kernel.cargo.TestReport;
import gate.kernel.process.Exit;
import gate.kernel.process.SpawnFailed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Hands a leg's Cargo tests to the engine, and its answer to the journal. */
final class TestRunner {
  private static final int NAMED = 5;

  private final CargoTests tests;
  private final Binaries binaries;

  TestRunner(BuildRunner builder, RunFolder folder, Journal journal, Builds builds, Path temp) {
    binaries = builds.binaries();
    tests =
        new CargoTests(
            builder,
            temp,
            new BuildListener() {
              @Override
              public void built(Path manifest, List<Path> sources) {
                builds.strays().built(manifest, sources, journal);
              }

              @Override
              public Path log(String what) {
                return folder.path().resolve(folder.buildLog(builds.next(), what));
              }

              @Override
              public void finished(String what, String command, boolean ok, Path log, long millis) {
                journal.append(
                    new Event.BuildFinished(
                        what, command, ok, folder.path().relativize(log).toString(), millis));
              }
            },
            builds.turns());
  }

  /** The command as it is printed. */
  static String line(CargoTest test, Path workspace) {
    return CargoLine.line(test, workspace);
  }

  /**
   * Runs tests, a journal entry each.
   *
   * @throws StepFailed where they didn't pass
   */
  void run(
      CargoTest test,
      Path workspace,
      Map<String, String> env,
      LegWork work,
      int step,
      StepLog log,
      Path temp) {
    log.append("$ " + line(test, workspace));
    TestReport report;
    try {
      report =
          tests.run(
              test,
              workspace,
              env,
              new LegLauncher(work, step, log, binaries, workspace),
              log.file(),
              temp);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    }
    for (Case it : report.cases()) {
      if (it.outcome() != Case.Outcome.IGNORED) {
        work.journal.append(
            new Event.CaseFinished(
                work.leg,
                work.attempt,
                step,
                it.group(),
                it.name(),
                it.outcome() == Case.Outcome.PASSED ? Outcome.PASSED : Outcome.FAILED,
                it.millis(),
                it.message(),
                it.output()));
      }
    }
    for (String why : report.unproven()) {
      log.append("# " + why);
      work.journal.append(new Event.Unproven(work.leg, work.attempt, step, why));
    }
    if (!report.passed()) {
      log.append("# " + reason(report));
      throw report.problem().filter(problem -> problem.broken()).isPresent()
          ? new Broken(reason(report))
          : new StepFailed(reason(report));
    }
  }

  private static String reason(TestReport report) {
    List<String> failed =
        report.cases().stream()
            .filter(it -> it.outcome() == Case.Outcome.FAILED)
            .map(it -> "`" + it.name() + "`")
            .toList();
    Optional<String> problem = report.problem().map(it -> it.sentence());
    if (failed.isEmpty()) {
      return problem.orElse("no test passed");
    }
    String cases =
        "%d of %d cases failed: %s"
            .formatted(
                failed.size(),
                failed.size() + report.count(Case.Outcome.PASSED),
                failed.stream().limit(NAMED).collect(Collectors.joining(", "))
                    + (failed.size() > NAMED ? ", …" : ""));
    return problem.map(it -> cases + "; " + it).orElse(cases);
  }

  /** Starts a leg's processes below its guardian. */
  private record LegLauncher(LegWork work, int step, StepLog log, Binaries binaries, Path workspace)
      implements Launcher {
    @Override
    public Exit run(List<String> argv, Map<String, String> env, Path folder, Path out, Path err)
        throws SpawnFailed {
      return work.await(work.start(step, argv, env, folder, log.name(), out, err));
    }

    @Override
    public void starts(Path binary) {
      binaries.tested(work, step, workspace, binary);
    }

    @Override
    public void says(String line) {
      log.append("# " + line);
    }

    @Override
    public Secrets secrets() {
      return work.secrets;
    }

    @Override
    public void waits() {
      work.deadline.pause();
    }

    @Override
    public void goesOn() {
      work.deadline.resume();
    }
  }
}
