package gate.cli;

import gate.base.Names;
import gate.base.Secrets;
import gate.base.Shown;
import gate.base.World;
import gate.definition.BuiltIn;
import gate.definition.Definition;
import gate.host.Disk;
import gate.host.Fact;
import gate.host.Runner;
import gate.journal.Entry;
import gate.journal.Journal;
import gate.journal.JournalFailed;
import gate.journal.Outcome;
import gate.journal.Verdict;
import gate.kernel.AsRead;
import gate.kernel.DryWalk;
import gate.kernel.HostRunner;
import gate.kernel.Inspector;
import gate.kernel.Kernel;
import gate.kernel.RunFolder;
import gate.kernel.RunLock;
import gate.kernel.Settings;
import gate.plan.Plan;
import gate.plan.Plan.Decision;
import gate.plan.Refused;
import gate.plan.Share;
import gate.plan.Toggles;
import gate.report.Console;
import gate.report.StepSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** One run, from the options to the exit code. */
final class Run implements Callable<Integer> {
  private final World world;
  private final RunOptions asked;

  Run(World world, RunOptions asked) {
    this.world = world;
    this.asked = asked;
  }

  /**
   * Sees whether the options go together.
   *
   * @throws Refused where they don't
   */
  void check() {
    settings(asked, AsRead.of(List.of()));
  }

  @Override
  public Integer call() {
    Limits.check(world, Math.min(Bounds.JOBS.most(), asked.jobs().orElseGet(() -> jobs(asked))));
    Project project = Project.load(world, asked.common().file());
    return asked
        .resume()
        .map(named -> Earlier.find(world, project.definition(), asked, named))
        .map(earlier -> run(project, earlier.options(), Optional.of(earlier)))
        .orElseGet(() -> run(project, asked, Optional.empty()));
  }

  private int run(Project project, RunOptions options, Optional<Earlier> earlier) {
    Settings settings = settings(options, project.read());
    EngineRun.check(options);
    Toggles toggles = project.toggles(options.set());
    try {
      return run(project, options, settings, toggles, earlier);
    } catch (Refused e) {
      throw e.masked(toggles.secrets());
    }
  }

  private int run(
      Project project,
      RunOptions options,
      Settings settings,
      Toggles toggles,
      Optional<Earlier> earlier) {
    if (options.engine().isPresent() && !toggles.on(BuiltIn.DRY_RUN)) {
      return new EngineRun(world, project, options, settings, toggles, earlier).run();
    }
    Plan plan;
    RunFolder folder;
    RunLock lock; // where something is refused meanwhile, it goes with the process
    try (HostRunner runner = new HostRunner(world)) {
      Share share = share(options, project.definition());
      plan = project.plan(toggles, words(options, project.definition()), share, runner);
      lacksRust(plan);
      LogDir.check(world, plan, toggles);
      folder =
          earlier
              .map(Earlier::folder)
              .orElseGet(() ->
                  RunFolder.create(
                      plan.definition().folder(),
                      toggles.value(BuiltIn.LOG_DIR).map(Path::of),
                      world.clock().instant()));
      lock = RunLock.take(folder.path());
      earlier.ifPresent(it -> it.settle(world));
      makeDisk(plan, folder, runner);
    }
    try (lock) {
      List<Entry> entries = earlier.map(Earlier::entries).orElse(List.of());
      int exitCode = run(plan, settings, folder, entries, options);
      if (!plan.dry()) {
        new OldRuns(world, plan.definition()).clear(Optional.of(folder.path()), true);
      }
      return exitCode;
    }
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

  private Share share(RunOptions options, Definition definition) {
    if (options.shard().isEmpty() && options.part().isEmpty()) {
      if (options.durations().isPresent()) {
        throw new Refused("--durations balances shards; say which one to run with --shard K/N");
      }
      return new Share.All();
    }
    if (options.shard().isPresent() && options.part().isPresent()) {
      throw new Refused("--shard and --part both name a part of the plan; leave one out");
    }
    if (!options.legs().isEmpty() || options.lastFailed()) {
      throw new Refused(
          "a part is one of all legs, so that the parts make a whole; leave out %s"
              .formatted(
                  options.lastFailed()
                      ? "--last-failed"
                      : Shown.names(options.legs().stream().map(Shown::value).toList())));
    }
    if (options.part().isPresent()) {
      return new Share.OneLeg(options.part().get());
    }
    ShardNumber shard = options.shard().get();
    return new Share.Shard(
        shard.index(), shard.count(), Durations.of(world, definition, options.durations()));
  }

  /** The words that name legs, where none of them is a command. */
  static List<String> words(RunOptions options, Definition definition) {
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

  private Settings settings(RunOptions options, AsRead read) {
    int jobs = options.jobs().orElseGet(() -> jobs(options));
    Bounds.JOBS.check(jobs);
    options.retries().ifPresent(Bounds.RETRIES::check);
    options.repeat().ifPresent(Bounds.REPEAT::check);
    if (options.shell()) {
      needsTerminal("--shell", "to open a shell on", jobs);
    }
    if (options.keep()) {
      needsTerminal("--keep", "to wait on for Enter", jobs);
      if (options.shell()) {
        throw new Refused("--shell keeps a failed step's services up as well; leave out --keep");
      }
    }
    if (options.retries().isPresent() && options.repeat().isPresent()) {
      throw new Refused("--repeat runs each leg whatever comes of it; leave out --retries");
    }
    List<String> command = new ArrayList<>(List.of("./jbang", "matrix.java"));
    command.addAll(options.words());
    return new Settings(
        world,
        Version.GATE,
        command,
        jobs,
        options.retries(),
        options.repeat().orElse(1),
        options.failFast(),
        blocked(options),
        options.strict(),
        read);
  }

  private static Map<String, Outcome> blocked(RunOptions options) {
    if (!options.blocked().isEmpty() && options.part().isEmpty()) {
      throw new Refused("--blocked is said of what a --part needs; leave it out");
    }
    Map<String, Outcome> blocked = new TreeMap<>();
    options.blocked().forEach((leg, word) -> blocked.put(leg, outcome(word)));
    return blocked;
  }

  private static Outcome outcome(String word) {
    try {
      return Outcome.ofWord(word);
    } catch (IllegalArgumentException e) {
      throw new Refused("--blocked: " + e.getMessage());
    }
  }

  private static int jobs(RunOptions options) {
    return options.shell() || options.keep() ? 1 : Runtime.getRuntime().availableProcessors();
  }

  private static void needsTerminal(String option, String why, int jobs) {
    if (jobs > 1) {
      throw new Refused(
          "%s has one terminal, so legs run one at a time; leave out -j %d"
              .formatted(option, jobs));
    }
    java.io.Console terminal = System.console();
    if (terminal == null || !terminal.isTerminal()) {
      throw new Refused("%s needs a terminal %s; leave it out here".formatted(option, why));
    }
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

  private int run(
      Plan plan, Settings settings, RunFolder folder, List<Entry> earlier, RunOptions options) {
    Secrets secrets = plan.toggles().secrets();
    try (Journal journal = journal(folder.journal(), earlier, secrets)) {
      return ConsoleRun.run(
          world,
          plan,
          folder,
          earlier,
          console -> {
            Optional<Inspector> inspector = inspector(options, console, secrets);
            Kernel kernel = new Kernel(plan, settings, folder, journal, earlier, inspector);
            journal.listen(console);
            return new ConsoleRun.Going(
                kernel::stop, () -> reported(plan, settings, kernel, folder, console));
          });
    }
  }

  private Optional<Inspector> inspector(RunOptions options, Console console, Secrets secrets) {
    if (options.shell()) {
      return Optional.of(new StepShell(world, console, secrets));
    }
    return options.keep()
        ? Optional.of(new Keep(world, console, secrets, System.in))
        : Optional.empty();
  }

  private Journal journal(Path file, List<Entry> earlier, Secrets secrets) {
    return earlier.isEmpty()
        ? Journal.create(file, world.clock(), secrets)
        : Journal.resume(file, earlier, world.clock(), secrets);
  }

  private int reported(
      Plan plan, Settings settings, Kernel kernel, RunFolder folder, Console console) {
    try (RunReports reports = new RunReports(plan.definition(), folder)) {
      if (counts(plan)) {
        reports.withdraw();
      }
      if (!plan.dry()) {
        reports.begin(
            plan.definition().name(),
            kernel.entries().stream().findFirst().map(Entry::at).orElseGet(world.clock()::instant));
      }
      Verdict verdict = kernel.run(reports::draft);
      Optional<String> problem = reports.place(kernel.entries());
      problem.map(plan.toggles().secrets()::shown).ifPresent(console::problem);
      StepSummary.append(world, folder.path()).ifPresent(world.err()::println);
      return problem.isEmpty() ? verdict.exitCode(settings.strict()) : ExitCode.RED;
    } catch (JournalFailed e) {
      console.problem(plan.toggles().secrets().shown(e.getMessage()));
      return ExitCode.RED;
    }
  }

  private static boolean counts(Plan plan) {
    return !plan.dry() && plan.selected().isEmpty() && plan.part().isEmpty();
  }
}
