package gate.kernel;

import gate.base.Reason;
import gate.base.World;
import gate.definition.Leg;
import gate.host.Sources;
import gate.host.Sources.Content;
import gate.journal.Event;
import gate.journal.Event.InputsRead;
import gate.journal.PlanDigest;
import gate.kernel.cargo.CargoConfig;
import gate.plan.Plan;
import gate.plan.Plan.PlannedLeg;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run tests: its definition, its scripts, and the sources, as they were at its start. */
final class Inputs {
  private static final int NAMED = 5;

  private final Plan plan;
  private final Sources sources;
  private final Map<String, String> scripts;
  private final InputsRead read;
  private final List<Content> contents;
  private final Strays strays;

  private Inputs(
      Plan plan, Sources sources, List<Content> contents, Strays strays, Map<String, String> env)
      throws IOException {
    this.plan = plan;
    this.sources = sources;
    this.contents = contents;
    this.strays = strays;
    List<String> unbound = links();
    Map<String, String> settings = settings(env);
    this.scripts = scripts(plan);
    this.read =
        new InputsRead(
            AsRead.sha256(plan.definition().file()),
            ofLegs(plan, scripts),
            contents.stream()
                .map(it ->
                    new Event.Source(
                        it.folder().toString(),
                        it.commit(),
                        it.tree(),
                        it.dirty(),
                        first(it.differing())))
                .toList(),
            workspaces(plan, contents),
            settings,
            unbound);
  }

  private List<String> links() {
    return sources.strayLinks().stream()
        .map(it -> "%s is a link to %s, which no commit holds".formatted(it.link(), it.target()))
        .toList();
  }

  /** What Cargo's settings are that no repository holds. */
  private Map<String, String> settings(Map<String, String> env) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    for (Path workspace : plan.workspaces().values()) {
      for (Path file : CargoConfig.files(Paths.real(workspace), env)) {
        if (sources.isStray(file.toRealPath()) && !settings.containsKey(file.toString())) {
          List<String> telling = CargoConfig.read(file).telling();
          settings.put(
              file.toString(),
              strays.watch(file)
                  + (telling.isEmpty()
                      ? ""
                      : InputsRead.SETS + "`" + String.join("`, `", telling) + "`"));
        }
      }
    }
    return settings;
  }

  /** What is built meanwhile and no commit holds. */
  Strays strays() {
    return strays;
  }

  /** Those that no repository holds are left out. */
  private static Map<String, String> workspaces(Plan plan, List<Content> contents) {
    Map<String, String> workspaces = new TreeMap<>();
    plan.workspaces()
        .forEach((name, folder) -> {
          Path real = Paths.real(folder);
          contents.stream()
              .map(Content::folder)
              .filter(real::startsWith)
              .max(Comparator.comparing(Path::getNameCount))
              .ifPresent(top -> workspaces.put(name, top.relativize(real).toString()));
        });
    return workspaces;
  }

  /**
   * Reads them.
   *
   * @param temp a folder of its own, until the run's end
   * @throws Broken where one can't be read, or isn't what the plan was made of
   */
  static Inputs read(Settings settings, Plan plan, RunFolder folder, Path temp) {
    World world = settings.world();
    List<Path> folders = new ArrayList<>(List.of(plan.definition().folder()));
    folders.addAll(plan.workspaces().values());
    try {
      Sources sources = new Sources(world, temp, folders, besides(world, plan, folder));
      Strays strays = new Strays(sources, temp); // which tell by the time of this
      List<Content> contents = sources.read();
      Inputs inputs = new Inputs(plan, sources, contents, strays, Environment.of(world));
      inputs.sameAs(settings.read());
      return inputs;
    } catch (IOException e) {
      String where =
          e instanceof FileSystemException at && at.getFile() != null
              ? at.getFile()
              : temp.toString();
      throw new Broken("cannot read what is to be tested: %s: %s".formatted(where, Reason.of(e)));
    }
  }

  /** What the run itself writes, and what is read leg by leg. */
  private static List<Path> besides(World world, Plan plan, RunFolder folder) {
    List<Path> besides = new ArrayList<>();
    besides.add(plan.definition().file().toAbsolutePath().normalize());
    plan.definition().legs().forEach(leg -> besides.add(plan.definition().script(leg)));
    besides.add(plan.definition().folder().resolve(".cccc"));
    besides.add(folder.path());
    for (Path workspace : plan.workspaces().values()) {
      besides.add(workspace.resolve("target"));
      if (!world.env("CARGO_TARGET_DIR").isEmpty()) {
        besides.add(workspace.resolve(world.env("CARGO_TARGET_DIR")));
      }
    }
    return besides.stream().distinct().toList();
  }

  /** The digests of the scripts of the whole plan, by leg. */
  private static Map<String, String> scripts(Plan plan) throws IOException {
    Map<Path, String> read = new HashMap<>(); // cells share one
    Map<String, String> scripts = new TreeMap<>();
    for (PlannedLeg leg : plan.whole()) {
      Path script = plan.definition().script(leg.leg());
      if (!read.containsKey(script)) {
        read.put(script, AsRead.sha256(script));
      }
      scripts.put(leg.leg().id(), read.get(script));
    }
    return scripts;
  }

  private static Map<String, String> ofLegs(Plan plan, Map<String, String> scripts) {
    Map<String, String> own = new TreeMap<>();
    plan.legs().forEach(leg -> own.put(leg.leg().id(), scripts.get(leg.leg().id())));
    return own;
  }

  /** A script that was compiled isn't the one that is there, if somebody saves it meanwhile. */
  private void sameAs(AsRead before) {
    Map<Path, String> now = new TreeMap<>();
    now.put(plan.definition().file(), read.definition());
    plan.legs()
        .forEach(leg ->
            now.put(plan.definition().script(leg.leg()), read.scripts().get(leg.leg().id())));
    now.forEach((file, digest) -> {
      if (!before.was(file, digest)) {
        throw new Broken(file + " changed while the run began: run again");
      }
    });
  }

  /** As they were. */
  InputsRead event() {
    return read;
  }

  /** The digest of the whole plan's scripts. */
  String scriptsDigest() {
    return PlanDigest.ofScripts(scripts);
  }

  /** The same of a dry run, which reads nothing else. */
  static String scriptsDigest(Plan plan) {
    try {
      return PlanDigest.ofScripts(scripts(plan));
    } catch (IOException e) {
      throw new Broken("cannot read what is to be tested: " + Reason.of(e));
    }
  }

  /** The files that have changed since, the first few by name; none where all is as it was. */
  List<String> changed() {
    List<String> changed = new ArrayList<>();
    try {
      Map<String, String> now = scripts(plan);
      for (Leg leg : plan.legs().stream().map(PlannedLeg::leg).toList()) {
        if (!now.get(leg.id()).equals(read.scripts().get(leg.id()))) {
          changed.add(plan.definition().script(leg).toString());
        }
      }
      if (!AsRead.sha256(plan.definition().file()).equals(read.definition())) {
        changed.add(plan.definition().file().toAbsolutePath().normalize().toString());
      }
      changed.addAll(strays.changed());
      sources.changed(contents).forEach(file -> changed.add(file.toString()));
    } catch (IOException e) {
      changed.add(Reason.of(e));
    }
    return first(changed.stream().distinct().toList());
  }

  private static List<String> first(List<String> files) {
    if (files.size() <= NAMED) {
      return files;
    }
    List<String> named = new ArrayList<>(files.subList(0, NAMED));
    named.add("and %d more".formatted(files.size() - NAMED));
    return List.copyOf(named);
  }
}
