package gate.cli;

import gate.base.Diagnostic;
import gate.base.World;
import gate.definition.BuiltIn;
import gate.definition.Definition;
import gate.definition.DefinitionLoader;
import gate.definition.Leg;
import gate.definition.Loaded;
import gate.definition.Toggle;
import gate.dsl.Compiled;
import gate.dsl.Declared;
import gate.dsl.LegCompiler;
import gate.dsl.LegFactory;
import gate.dsl.Script;
import gate.host.Fact;
import gate.host.Host;
import gate.host.KvmDevice;
import gate.host.Runner;
import gate.kernel.AsRead;
import gate.plan.Plan;
import gate.plan.Planner;
import gate.plan.Refused;
import gate.plan.Selection;
import gate.plan.Share;
import gate.plan.Toggles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A definition and its scripts, as the commands need them. */
final class Project {
  private static final String FILE = "matrix.yaml";
  private static final Path COMPILED = Path.of(".cccc", "cache", "legs");

  /**
   * Names a folder of compiled legs that definitions share, where each is to have none of its own.
   */
  private static final String SHARED = "matrix.legs";

  private final World world;
  private final Definition definition;

  private final AsRead read;

  private Project(World world, Definition definition, AsRead read) {
    this.world = world;
    this.read = read;
    this.definition = definition;
  }

  /**
   * Loads the definition.
   *
   * @param named what {@code -f} names; empty: the checkout's, or that of the current folder
   * @throws Refused with all that is wrong with it
   */
  static Project load(World world, Optional<Path> named) {
    Path file = file(world, named);
    AsRead read = AsRead.of(List.of(file));
    return switch (DefinitionLoader.load(file)) {
      case Loaded.Ok ok -> new Project(world, ok.definition(), read);
      case Loaded.Failed failed -> throw refused(failed.diagnostics());
    };
  }

  /** The definition's file, which may not be there. */
  static Path file(World world, Optional<Path> named) {
    if (named.isPresent()) {
      return shortened(world, world.folder().resolve(named.get()).normalize());
    }
    Path here = world.folder().resolve(FILE);
    Path home = world.home().resolve(FILE);
    return shortened(world, Files.exists(home) ? home : here);
  }

  /** As a person would name it from where the gate was called. */
  private static Path shortened(World world, Path file) {
    Path folder = Path.of("").toAbsolutePath();
    return world.folder().equals(folder) && file.startsWith(folder)
        ? folder.relativize(file)
        : file;
  }

  private static Refused refused(List<Diagnostic> diagnostics) {
    List<String> messages = new ArrayList<>(diagnostics.stream().map(Diagnostic::render).toList());
    if (messages.size() > 1) {
      messages.add(messages.size() + " errors");
    }
    return new Refused(messages);
  }

  Definition definition() {
    return definition;
  }

  /** It and its scripts, as they are before anybody compiles them. */
  AsRead read() {
    return read.and(definition.legs().stream().map(definition::script).distinct().toList());
  }

  /**
   * Reads the toggles.
   *
   * @throws Refused with all that is wrong with them
   */
  Toggles toggles(List<String> set) {
    return Toggles.read(definition, world, set);
  }

  /**
   * Compiles all scripts, also those that won't run.
   *
   * @throws Refused with all that is wrong with them
   */
  Map<String, LegFactory> scripts(Toggles toggles) {
    Map<String, Script> scripts = new LinkedHashMap<>();
    for (Leg leg : definition.legs()) {
      scripts.putIfAbsent(
          leg.script(), new Script(leg.script(), definition.script(leg), declared(leg, toggles)));
    }
    Path kept =
        Optional.ofNullable(System.getProperty(SHARED))
            .map(Path::of)
            .orElseGet(() -> definition.folder().resolve(COMPILED));
    LegCompiler compiler = new LegCompiler(Optional.of(kept));
    return switch (compiler.compile(List.copyOf(scripts.values()))) {
      case Compiled.Ok ok -> ok.legs();
      case Compiled.Failed failed -> throw refused(failed.diagnostics());
    };
  }

  private Declared declared(Leg leg, Toggles toggles) {
    Set<String> flags = new LinkedHashSet<>();
    Set<String> settings = new LinkedHashSet<>();
    for (String name : toggles.values().keySet()) {
      (Planner.isFlag(definition, name) ? flags : settings).add(name);
    }
    return new Declared(
        flags,
        settings,
        Set.copyOf(leg.services()),
        leg.axes().keySet(),
        List.copyOf(definition.workspaces().keySet()));
  }

  /**
   * The plan for the legs that the words name, with what it needs of the host found out.
   *
   * @throws Refused where there can't be one
   */
  Plan plan(Toggles toggles, List<String> words, Runner runner) {
    return plan(toggles, words, new Share.All(), runner);
  }

  /** The same, or a part of it. */
  Plan plan(Toggles toggles, List<String> words, Share share, Runner runner) {
    Host host = new Host(world, runner, KvmDevice.system());
    return plan(
        toggles,
        words,
        share,
        toggles.on(BuiltIn.DRY_RUN) ? needs -> Host.glance(world, needs) : host::facts);
  }

  /**
   * The same, without asking the host's programs anything.
   *
   * @throws Refused where there can't be one
   */
  Plan plan(Toggles toggles, List<String> words) {
    return plan(toggles, words, new Share.All(), needs -> Host.glance(world, needs));
  }

  /**
   * The plan for other machines, each of which finds out about itself.
   *
   * @throws Refused where there can't be one
   */
  Plan planElsewhere(Toggles toggles, Share share) {
    return plan(toggles, List.of(), share, _ -> List.of());
  }

  private Plan plan(
      Toggles toggles, List<String> words, Share share, Function<Host.Needs, List<Fact>> host) {
    try {
      return new Planner(definition, toggles, host, scripts(toggles)).plan(words, share);
    } catch (Refused e) {
      throw e.masked(toggles.secrets());
    }
  }

  /**
   * Sees whether each word names a leg.
   *
   * @throws Refused with all that don't
   */
  void selected(List<String> words) {
    Selection.of(definition.legs(), words);
  }

  /** A toggle's declaration; empty for those that are built in. */
  Optional<Toggle> declared(String toggle) {
    return Optional.ofNullable(definition.toggles().get(toggle));
  }
}
