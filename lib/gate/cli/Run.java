package gate.cli;

import gate.base.Names;
import gate.base.Shown;
import gate.base.World;
import gate.definition.BuiltIn;
import gate.definition.Definition;
import gate.host.Disk;
import gate.host.Fact;
import gate.host.Runner;
import gate.journal.Journal;
import gate.journal.Verdict;
import gate.kernel.DryWalk;
import gate.kernel.HostRunner;
import gate.kernel.Kernel;
import gate.kernel.RunFolder;
import gate.kernel.Settings;
import gate.plan.Plan;
import gate.plan.Plan.Decision;
import gate.plan.Refused;
import gate.plan.Toggles;
import gate.report.Console;
import gate.report.ProjectionFailed;
import gate.report.Projections;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** One run, from the options to the exit code. */
final class Run implements Callable<Integer> {
  private static final int MOST_JOBS = 64;

  private final World world;
  private final RunOptions options;

  Run(World world, RunOptions options) {
    this.world = world;
    this.options = options;
  }

  @Override
  public Integer call() {
    int jobs = options.jobs().orElseGet(Runtime.getRuntime()::availableProcessors);
    if (jobs < 1 || jobs > MOST_JOBS) {
      throw new Refused("-j %d: from 1 to %d legs can run side by side".formatted(jobs, MOST_JOBS));
    }
    options
        .retries()
        .ifPresent(retries -> {
          if (retries < 0 || retries > 5) {
            throw new Refused(
                "--retries %d: a leg can be tried again 0 to 5 times".formatted(retries));
          }
        });
    Project project = Project.load(world, options.common().file());
    Toggles toggles = project.toggles(options.set());
    Plan plan;
    RunFolder folder;
    try (HostRunner runner = new HostRunner(world)) {
      plan = project.plan(toggles, words(project.definition()), runner);
      lacksRust(plan);
      folder =
          RunFolder.create(
              plan.definition().folder(),
              toggles.value(BuiltIn.LOG_DIR).map(Path::of),
              world.clock().instant());
      makeDisk(plan, folder, runner);
    }
    return run(plan, settings(jobs), folder);
  }

  /** The disk that virtual machines boot, where the user gives none. */
  private static void makeDisk(Plan plan, RunFolder folder, Runner runner) {
    if (!plan.dry() && plan.machines() && plan.disk().isEmpty()) {
      Disk.make(runner, plan.qemuImg().orElseThrow(), folder.disk())
          .ifPresent(why -> {
            throw new Refused(why);
          });
    }
  }

  private List<String> words(Definition definition) {
    if (!options.lastFailed()) {
      options.legs().forEach(word -> mistypedCommand(word, definition));
      return options.legs();
    }
    if (!options.legs().isEmpty()) {
      throw new Refused("--last-failed names the legs itself; leave out " + options.legs());
    }
    return LastFailed.legs(definition);
  }

  /** A word that is no leg, but nearly a command. */
  private static void mistypedCommand(String word, Definition definition) {
    Set<String> legs = new TreeSet<>();
    definition.legs().forEach(leg -> legs.addAll(List.of(leg.id(), leg.script())));
    if (!legs.contains(word) && Names.nearest(word, legs).isEmpty()) {
      Names.nearest(word, Matrix.COMMANDS)
          .ifPresent(command -> {
            throw new Refused(
                "there is no leg and no command %s; did you mean `matrix %s`?"
                    .formatted(Shown.value(word), command));
          });
    }
  }

  private Settings settings(int jobs) {
    List<String> command = new ArrayList<>(List.of("./jbang", "matrix.java"));
    command.addAll(options.words());
    return new Settings(
        world,
        Version.GATE,
        command,
        jobs,
        options.retries(),
        options.failFast(),
        options.strict());
  }

  private static void lacksRust(Plan plan) {
    if (plan.dry()) {
      return;
    }
    plan.facts().stream()
        .filter(fact -> Set.of("cargo", "rustc").contains(fact.name()) && !fact.usable())
        .findFirst()
        .ifPresent(fact -> lacksRust(plan, fact));
  }

  private static void lacksRust(Plan plan, Fact fact) {
    plan.legs().stream()
        .filter(leg -> leg.decision() == Decision.RUN && DryWalk.of(plan, leg).cargo())
        .findFirst()
        .ifPresent(leg -> {
          throw new Refused(
              "leg `%s` needs %s: %s; %s"
                  .formatted(leg.leg().id(), fact.name(), fact.proof(), fact.fix()));
        });
  }

  private int run(Plan plan, Settings settings, RunFolder folder) {
    try (Journal journal = Journal.create(folder.journal(), world.clock())) {
      Kernel kernel = new Kernel(plan, settings, folder, journal);
      try (Interrupts interrupts = Interrupts.handledBy(kernel)) {
        int exitCode = watched(plan, kernel, journal, folder);
        interrupts.finished(exitCode);
        return exitCode;
      }
    }
  }

  private int watched(Plan plan, Kernel kernel, Journal journal, RunFolder folder) {
    try (Console console = Console.live(world, folder.path())) {
      journal.listen(console);
      Verdict verdict =
          kernel.run(entries -> {
            Projections.write(folder.path(), entries);
            if (counts(plan)) {
              Projections.check(results(plan));
            }
          });
      return reported(plan, kernel, folder, console)
          ? verdict.exitCode(options.strict())
          : ExitCode.RED;
    }
  }

  private static boolean counts(Plan plan) {
    return !plan.dry() && plan.selected().isEmpty();
  }

  private static Path results(Plan plan) {
    return plan.definition().folder().resolve(RunFolder.RESULTS);
  }

  /** Writes the reports of the whole run; publishes those of a run that counts. */
  private static boolean reported(Plan plan, Kernel kernel, RunFolder folder, Console console) {
    try {
      Projections.write(folder.path(), kernel.entries());
      if (counts(plan)) {
        Projections.publish(kernel.entries(), results(plan));
      }
      return true;
    } catch (ProjectionFailed e) {
      console.problem(e.getMessage());
      return false;
    }
  }
}
