package gate.cli;

import gate.base.Names;
import gate.base.Shown;
import gate.base.World;
import gate.engine.EngineFiles;
import gate.engine.EngineFolder;
import gate.engine.FlowLeg;
import gate.engine.FlowLegs;
import gate.engine.News;
import gate.engine.Nextflow;
import gate.engine.NextflowRun;
import gate.engine.Tested;
import gate.host.Git;
import gate.journal.Entry;
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
    RunFolder folder =
        earlier
            .map(Earlier::folder)
            .orElseGet(() ->
                RunFolder.create(
                    plan.definition().folder(),
                    toggles.value("LOG_DIR").map(Path::of),
                    world.clock().instant()));
    try (RunLock _ = RunLock.take(folder.path())) {
      earlier.ifPresent(it -> setAside(it, folder));
      int code = run(plan, legs, nextflow, config, folder);
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
    Git git = Git.of(world, plan.definition().folder());
    if (git.dirty() || git.commit().equals("unknown")) {
      throw new Refused(
          "--engine tests a commit, so that all machines test the same; %s"
              .formatted(
                  git.dirty()
                      ? "commit what `git status` shows, or put it away with `git stash -u`"
                      : plan.definition().folder() + " has none: `git init`, and commit"));
    }
  }

  /** What an earlier go left, so that there is room for this one. */
  private void setAside(Earlier run, RunFolder folder) {
    if (!RunRecord.of(run.entries()).merged().isEmpty()) {
      throw new Refused(
          "run %s came to its end: look at it with `./jbang matrix.java report %s`, or start another"
              .formatted(folder.path(), folder.name()));
    }
    run.settle(world);
    EngineFolder.of(folder.path()).setAside(folder.journal());
  }

  private int run(
      Plan plan, List<FlowLeg> legs, Nextflow nextflow, Optional<Path> config, RunFolder folder) {
    EngineFolder engine = EngineFolder.of(folder.path());
    EngineFiles.write(
        engine, legs, Tested.digest(world, plan), env(), world.folder(), command(), options.jobs());
    NextflowRun flow = new NextflowRun(nextflow, engine, legs.stream().map(FlowLeg::id).toList());
    Head head = new Head(new Beginning(plan, settings, folder.name()), folder, world);
    long mark = Guardian.mark();
    new RunReports(plan.definition(), folder).withdraw();
    head.begin(mark);
    world
        .err()
        .println(
            "%s, handed to Nextflow %s; it works in %s"
                .formatted(
                    legs.size() == 1 ? "1 leg" : legs.size() + " legs",
                    Nextflow.VERSION,
                    engine.path()));
    try (Interrupts interrupts =
        Interrupts.handledBy(
            why -> {
              stopped = why;
              flow.stop();
            },
            false,
            () -> {})) {
      flow(flow, mark, config, folder.path());
      int code =
          stopped.isEmpty()
              ? merged(plan, legs, engine, folder)
              : stopped(head, plan, legs, engine, folder);
      interrupts.finished(code);
      return code;
    }
  }

  private void flow(NextflowRun flow, long mark, Optional<Path> config, Path folder) {
    try (Guardian guardian = Guardian.start(mark)) {
      flow.run(guardian, world.env(), config, earlier.isPresent(), this::tell)
          .filter(_ -> stopped.isEmpty()) // else it ended because it was told to
          .ifPresent(problems::add);
    } catch (GuardianLost e) {
      problems.add(e.getMessage());
    }
    LeftJobs.tell(world, folder, problems::add);
  }

  private void tell(News news) {
    String line =
        switch (news) {
          case News.Sent it when it.again() ->
              "> %s  sent again  engine/work/%s…".formatted(it.leg(), it.folder());
          case News.Sent it -> "> %s  sent  engine/work/%s…".formatted(it.leg(), it.folder());
          case News.Kept it -> "- %s  came to its end before".formatted(it.leg());
          case News.Broke it -> {
            if (it.givenUp()) {
              problems.add(
                  "leg `%s` ran on no machine to its end: the last one %s; engine/nextflow.log tells more"
                      .formatted(it.leg(), it.why()));
            }
            yield "! %s  its machine failed: it %s; %s"
                .formatted(it.leg(), it.why(), it.givenUp() ? "given up" : "another tries");
          }
          case News.Ended it -> "+ %s  came to its end".formatted(it.leg());
        };
    world.out().println(Shown.line(toggles.secrets().shown(line)));
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

  private int merged(Plan plan, List<FlowLeg> legs, EngineFolder engine, RunFolder folder) {
    List<Path> parts = engine.brought(legs.size());
    if (parts.isEmpty()) {
      problems.add("the engine brought no part back");
    }
    try (RunReports reports = new RunReports(plan.definition(), folder)) {
      List<Entry> entries = merge(plan, parts, engine, folder, reports::draft);
      engine.moveMerged(folder.path());
      return reported(entries, reports.place(entries), engine, folder);
    }
  }

  /** What came back until then is told of, too. */
  private int stopped(
      Head head, Plan plan, List<FlowLeg> legs, EngineFolder engine, RunFolder folder) {
    List<Path> parts = engine.brought(legs.size());
    List<Entry> brought = parts.isEmpty() ? List.of() : merge(plan, parts, engine, folder, _ -> {});
    if (!parts.isEmpty()) {
      engine.moveFiles(folder.path());
    }
    return head.stopped(stopped, brought, List.copyOf(problems));
  }

  private List<Entry> merge(
      Plan plan,
      List<Path> parts,
      EngineFolder engine,
      RunFolder folder,
      Consumer<List<Entry>> projections) {
    return Merge.of(
        new Merge.Request(
            parts,
            engine.toMerge(),
            folder.name(),
            Version.GATE,
            plan.definition().name(),
            plan.definition().file().toString(),
            settings.command(),
            settings.strict(),
            List.copyOf(problems),
            toggles.secrets()),
        world.clock().instant(),
        projections);
  }

  private int reported(
      List<Entry> entries, Optional<String> late, EngineFolder engine, RunFolder folder) {
    Verdict verdict = Judge.replayed(RunRecord.of(entries));
    if (verdict.kind() != Verdict.Kind.RED) {
      engine.clear();
    }
    Console.report(world, folder.path(), entries, late.stream().toList());
    return late.isEmpty() ? verdict.exitCode(settings.strict()) : ExitCode.RED;
  }
}
