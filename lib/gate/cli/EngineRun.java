package gate.cli;

import gate.base.Names;
import gate.base.Reason;
import gate.base.Shown;
import gate.base.World;
import gate.definition.BuiltIn;
import gate.engine.EngineFiles;
import gate.engine.EngineFolder;
import gate.engine.FlowLeg;
import gate.engine.FlowLegs;
import gate.engine.News;
import gate.engine.Nextflow;
import gate.engine.NextflowRun;
import gate.engine.Tested;
import gate.host.Git;
import gate.host.Repository;
import gate.journal.Entry;
import gate.journal.JournalFailed;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import gate.kernel.Beginning;
import gate.kernel.RunFolder;
import gate.kernel.RunLock;
import gate.kernel.Settings;
import gate.kernel.process.Guardian;
import gate.kernel.process.GuardianLost;
import gate.merge.Merge;
import gate.plan.Plan;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Refused;
import gate.plan.Share;
import gate.plan.ToggleValue;
import gate.plan.Toggles;
import gate.report.Console;
import gate.report.StepSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A run whose legs an engine runs, each on a machine of its choice. The engine's word counts for
 * nothing: the verdict is that of the legs' own journals, merged.
 */
final class EngineRun {
  private static final List<String> ENGINES = List.of("nextflow");

  private final World world;
  private final Project project;
  private final RunOptions options;
  private final Settings settings;
  private final Toggles toggles;
  private final Optional<Earlier> earlier;
  private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
  private volatile String stopped = "";

  /**
   * What is handed to the engine.
   *
   * @param aside where the journal of an earlier go is; empty: there was none
   */
  private record Handed(
      Plan plan,
      List<FlowLeg> legs,
      Nextflow nextflow,
      Optional<Path> config,
      RunFolder folder,
      EngineFolder engine,
      Optional<Path> aside) {}

  EngineRun(
      World world,
      Project project,
      RunOptions options,
      Settings settings,
      Toggles toggles,
      Optional<Earlier> earlier) {
    this.world = world;
    this.project = project;
    this.options = options;
    this.settings = settings;
    this.toggles = toggles;
    this.earlier = earlier;
  }

  /**
   * Looks at what was typed.
   *
   * @throws Refused where that makes no sense
   */
  static void check(RunOptions options) {
    if (options.engine().isEmpty()) {
      if (options.engineConfig().isPresent()) {
        throw new Refused("--engine-config is an engine's; say which one with --engine nextflow");
      }
      return;
    }
    String engine = options.engine().get();
    if (!ENGINES.contains(engine)) {
      throw new Refused(
          "--engine %s: known are %s%s"
              .formatted(
                  Shown.value(engine),
                  Shown.names(ENGINES),
                  Names.nearest(engine, ENGINES)
                      .map("; did you mean `%s`?"::formatted)
                      .orElse("")));
    }
    for (Map.Entry<String, Boolean> other :
        new TreeMap<>(
                Map.of(
                    "--shell", options.shell(),
                    "--fail-fast", options.failFast(),
                    "--shard", options.shard().isPresent(),
                    "--part", options.part().isPresent(),
                    "--last-failed", options.lastFailed()))
            .entrySet()) {
      if (other.getValue()) {
        throw new Refused(
            "%s can't be had with --engine, which runs all legs, each by itself; leave out one of them"
                .formatted(other.getKey()));
      }
    }
    if (!options.legs().isEmpty()) {
      throw new Refused(
          "--engine runs all legs; leave out %s, or run those here"
              .formatted(Shown.names(options.legs().stream().map(Shown::value).toList())));
    }
  }

  int run() {
    Nextflow nextflow = Nextflow.find(world);
    Optional<Path> config = options.engineConfig().map(this::config);
    Plan plan = project.planElsewhere(toggles, new Share.All());
    List<FlowLeg> legs = FlowLegs.of(plan, this::tries);
    if (legs.isEmpty()) {
      throw new Refused("no leg would run; `matrix plan` says why");
    }
    refuseDirty(plan);
    LogDir.check(world, plan, toggles);
    RunFolder folder =
        earlier
            .map(Earlier::folder)
            .orElseGet(() ->
                RunFolder.create(
                    plan.definition().folder(),
                    toggles.value("LOG_DIR").map(Path::of),
                    world.clock().instant()));
    try (RunLock _ = RunLock.take(folder.path())) {
      earlier.ifPresent(it -> settle(it, folder));
      EngineFolder engine = EngineFolder.of(folder.path());
      EngineFiles.write(
          engine,
          legs,
          Tested.digest(world, plan),
          env(),
          world.folder(),
          command(),
          options.jobs());
      Optional<Path> aside = earlier.map(_ -> engine.setAside(folder.journal()));
      int code = run(new Handed(plan, legs, nextflow, config, folder, engine, aside));
      new OldRuns(world, plan.definition()).clear(Optional.of(folder.path()), true);
      return code;
    }
  }

  private int tries(PlannedLeg leg) {
    return settings.most(leg.leg());
  }

  private Path config(Path named) {
    Path file = world.folder().resolve(named).normalize();
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new Refused(
          "--engine-config %s: there is no such file that can be read; docs/engines.md shows some"
              .formatted(Shown.value(named.toString())));
    }
    return file;
  }

  /** Machines are held against one another by the commit that they test. */
  private void refuseDirty(Plan plan) {
    Path folder = plan.definition().folder();
    Git git = Git.of(world, folder);
    if (git.dirty() || git.commit().equals("unknown")) {
      throw new Refused(
          "--engine tests a commit, so that all machines test the same; %s"
              .formatted(
                  git.dirty()
                      ? "commit what `git status` shows, or put it away with `git stash -u`"
                      : Repository.of(world, folder).isEmpty()
                          ? Repository.none(world, folder)
                          : folder + " has none yet: commit what is to be tested"));
    }
  }

  /** Ends what an earlier go left. */
  private void settle(Earlier run, RunFolder folder) {
    if (!RunRecord.of(run.entries()).merged().isEmpty()) {
      throw new Refused(
          "run %s came to its end: look at it with `./jbang matrix.java report %s`, or start another"
              .formatted(folder.path(), folder.name()));
    }
    run.settle(world);
  }

  private int run(Handed handed) {
    RunFolder folder = handed.folder();
    List<String> ids = handed.legs().stream().map(FlowLeg::id).toList();
    NextflowRun flow = new NextflowRun(handed.nextflow(), handed.engine(), ids);
    new RunReports(handed.plan().definition(), folder).withdraw();
    world
        .err()
        .println(
            "%s, handed to Nextflow %s; it works in %s"
                .formatted(
                    ids.size() == 1 ? "1 leg" : ids.size() + " legs",
                    Nextflow.VERSION,
                    handed.engine().path()));
    return ConsoleRun.run(
        world,
        handed.plan(),
        folder,
        List.of(),
        console ->
            new ConsoleRun.Going(
                why -> stop(why, flow, console), () -> run(handed, flow, console)));
  }

  private void stop(String why, NextflowRun flow, Console console) {
    stopped = why;
    console.say("! stopping: " + why);
    flow.stop();
  }

  private int run(Handed handed, NextflowRun flow, Console console) {
    try {
      long mark = Guardian.mark();
      Head head =
          new Head(
              new Beginning(handed.plan(), settings, handed.folder().name()),
              handed.folder(),
              world);
      head.begin(mark, console);
      PartsShown shown =
          new PartsShown(
              handed.engine(),
              handed.folder().path(),
              handed.legs(),
              console,
              Console.isLive(world),
              world.clock(),
              toggles.secrets());
      flow(handed, flow, mark, console, shown);
      try (RunReports reports = new RunReports(handed.plan().definition(), handed.folder())) {
        List<Entry> entries = stopped.isEmpty() ? merged(handed, reports) : stopped(handed, head);
        return reported(handed, entries, reports.place(entries), console, shown);
      }
    } catch (JournalFailed e) {
      console.problem(toggles.secrets().shown(e.getMessage()));
      return ExitCode.RED;
    }
  }

  private void flow(Handed handed, NextflowRun flow, long mark, Console console, PartsShown shown) {
    Optional<String> wrong = Optional.empty();
    try (Guardian guardian = Guardian.start(mark)) {
      wrong =
          flow.run(
                  guardian,
                  world.env(),
                  handed.config(),
                  handed.aside().isPresent(),
                  news -> told(news, shown),
                  shown::look)
              .filter(_ -> stopped.isEmpty()); // else it ended because it was told to
    } catch (GuardianLost e) {
      problems.add(e.getMessage());
    }
    shown.lookAgain();
    LeftJobs.tell(world, handed.folder().path(), shown::say, problems::add);
    if (wrong.isPresent() && !shown.begun()) {
      console.counts(List.of());
      throw nothingRan(handed, wrong.get());
    }
    wrong.ifPresent(problems::add);
  }

  private void told(News news, PartsShown shown) {
    if (news instanceof News.Broke broke && broke.givenUp()) {
      problems.add(
          "leg `%s` ran on no machine to its end: the last one %s; engine/nextflow.log tells more"
              .formatted(broke.leg(), broke.why()));
    }
    shown.take(news);
  }

  /** The engine refuses what it was handed, and all is as it was before. */
  private Refused nothingRan(Handed handed, String why) {
    try {
      handed.engine().undo(handed.folder().journal(), handed.aside());
      if (handed.aside().isEmpty() && toggles.value(BuiltIn.LOG_DIR).isEmpty()) {
        RunFolder.delete(handed.folder().path());
      }
    } catch (IOException e) {
      problems.add("%s can't be cleared: %s".formatted(handed.folder().path(), Reason.of(e)));
    }
    List<String> all = new ArrayList<>(List.of(Shown.line("no leg ran: " + why)));
    handed.config().ifPresent(it -> all.add(Shown.line("the configuration is " + it)));
    all.addAll(problems);
    return new Refused(all);
  }

  /** What each leg's gate finds in its environment, of what changes a run. */
  private Map<String, String> env() {
    Map<String, String> env = new TreeMap<>();
    Set<String> built = Set.of("LOG_DIR", "DRY_RUN");
    toggles.values().values().stream()
        .filter(it -> it.source() == ToggleValue.Source.ENVIRONMENT && !built.contains(it.name()))
        .filter(it -> project.declared(it.name()).filter(toggle -> toggle.secret()).isEmpty())
        .forEach(it -> env.put(it.name(), world.env(it.name())));
    project
        .definition()
        .services()
        .values()
        .forEach(it ->
            it.endpoint()
                .filter(name -> !world.env(name).isEmpty())
                .ifPresent(name -> env.put(name, world.env(name))));
    return env;
  }

  private List<String> command() {
    List<String> command =
        new ArrayList<>(List.of(world.home().resolve("jbang").toString(), "matrix.java", "run"));
    options.common().file().ifPresent(it -> command.addAll(List.of("-f", it.toString())));
    options.common().set().stream()
        .filter(it -> !it.startsWith("LOG_DIR=") && !it.startsWith("DRY_RUN="))
        .forEach(it -> command.addAll(List.of("--set", it)));
    options.retries().ifPresent(n -> command.addAll(List.of("--retries", String.valueOf(n))));
    options.repeat().ifPresent(n -> command.addAll(List.of("--repeat", String.valueOf(n))));
    return command;
  }

  private List<Entry> merged(Handed handed, RunReports reports) {
    List<Path> parts = handed.engine().brought(handed.legs().size());
    if (parts.isEmpty()) {
      problems.add("the engine brought no part back");
    }
    List<Entry> entries = merge(handed, parts, reports::draft);
    handed.engine().moveMerged(handed.folder().path());
    return entries;
  }

  /** What came back until then is told of, too. */
  private List<Entry> stopped(Handed handed, Head head) {
    List<Path> parts = handed.engine().brought(handed.legs().size());
    List<Entry> brought = parts.isEmpty() ? List.of() : merge(handed, parts, _ -> {});
    if (!parts.isEmpty()) {
      handed.engine().moveFiles(handed.folder().path());
    }
    return head.stopped(stopped, brought, List.copyOf(problems));
  }

  private List<Entry> merge(Handed handed, List<Path> parts, Consumer<List<Entry>> projections) {
    return Merge.of(
        new Merge.Request(
            parts,
            handed.engine().toMerge(),
            handed.folder().name(),
            Version.GATE,
            handed.plan().definition().name(),
            handed.plan().definition().file().toString(),
            settings.command(),
            settings.strict(),
            List.copyOf(problems),
            toggles.secrets()),
        world.clock().instant(),
        projections);
  }

  private int reported(
      Handed handed,
      List<Entry> entries,
      Optional<String> late,
      Console console,
      PartsShown shown) {
    Verdict verdict = Judge.replayed(RunRecord.of(entries));
    if (verdict.kind() != Verdict.Kind.RED && verdict.kind() != Verdict.Kind.INTERRUPTED) {
      handed.engine().clear();
    }
    late.map(toggles.secrets()::shown).ifPresent(console::problem);
    StepSummary.append(world, handed.folder().path()).ifPresent(world.err()::println);
    shown.ended(entries);
    return late.isEmpty() || verdict.kind() == Verdict.Kind.INTERRUPTED
        ? verdict.exitCode(settings.strict())
        : ExitCode.RED;
  }
}
