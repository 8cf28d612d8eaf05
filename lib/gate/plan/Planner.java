package gate.plan;

import gate.definition.BuiltIn;
import gate.definition.Definition;
import gate.definition.Leg;
import gate.definition.Service;
import gate.definition.Toggle;
import gate.definition.Workspace;
import gate.dsl.Condition;
import gate.dsl.Context;
import gate.dsl.Flag;
import gate.dsl.LegFactory;
import gate.dsl.Setting;
import gate.dsl.Step;
import gate.dsl.StepFailed;
import gate.host.Endpoint;
import gate.host.Fact;
import gate.host.Host.Build;
import gate.host.Host.Needs;
import gate.plan.Plan.Decision;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Plan.PlannedStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes a plan: selects, finds out what the selection needs of the host, and decides. */
public final class Planner {
  private static final String ACCEL = "PLASMA_ACCEL";
  private static final String E2E = "PLASMA_E2E";
  private static final String QEMU = "PLASMAVMC_QEMU_PATH";
  private static final String DISK = "PLASMAVMC_QCOW2_PATH";

  /** A script's own lines only tell of steps; one that takes longer never ends. */
  private static final int SECONDS_TO_COLLECT = 5;

  private final Definition definition;
  private final Toggles toggles;
  private final Function<Needs, List<Fact>> host;
  private final Map<String, LegFactory> scripts;
  private ExecutorService collector = collector();

  /**
   * @param host finds the facts that are needed
   * @param scripts the compiled scripts, by their name
   */
  public Planner(
      Definition definition,
      Toggles toggles,
      Function<Needs, List<Fact>> host,
      Map<String, LegFactory> scripts) {
    this.definition = definition;
    this.toggles = toggles;
    this.host = host;
    this.scripts = Map.copyOf(scripts);
  }

  /**
   * The plan for the legs that the words name, or for all.
   *
   * @throws Refused where a word names none, a script's own lines fail, or the host lacks what a
   *     real run needs
   */
  public Plan plan(List<String> words) {
    return plan(words, new Share.All());
  }

  /** The same, or a part of it. */
  public Plan plan(List<String> words, Share share) {
    Set<String> selected = Selection.of(definition.legs(), words);
    List<String> problems = new ArrayList<>();
    Map<String, Path> workspaces = workspaces(problems);
    Map<String, PlannedLeg> planned = new LinkedHashMap<>();
    try {
      for (Leg leg : ordered(selected)) {
        planned.put(leg.id(), leg(leg, planned, problems));
      }
    } finally {
      collector.shutdownNow();
      collector = collector();
    }
    if (!problems.isEmpty()) {
      throw new Refused(problems);
    }
    List<PlannedLeg> whole = List.copyOf(planned.values());
    problems.addAll(ArtifactRules.problems(whole, definition.folder(), workspaces.values()));
    if (!problems.isEmpty()) {
      throw new Refused(problems);
    }
    Optional<Part> part = Division.of(whole, share);
    List<PlannedLeg> legs = part.map(Part::legs).orElse(whole);
    List<Fact> facts = host.apply(needs(legs, workspaces));
    if (!toggles.on(BuiltIn.DRY_RUN)) {
      lacks(legs, facts, problems);
    }
    if (!problems.isEmpty()) {
      throw new Refused(problems);
    }
    return new Plan(
        definition,
        toggles,
        legs.stream().map(leg -> decided(leg, facts)).toList(),
        words,
        workspaces,
        facts,
        part);
  }

  /** What these legs need of the host. */
  private Needs needs(List<PlannedLeg> legs, Map<String, Path> workspaces) {
    boolean machines = boots(legs).findAny().isPresent();
    boolean byName = wants("kvm");
    Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    legs.stream()
        .filter(leg -> leg.decision() == Decision.RUN)
        .flatMap(leg -> leg.leg().services().stream())
        .filter(toggles.endpoints()::containsKey)
        .forEach(name -> endpoints.put(name, endpoint(definition.services().get(name), toggles)));
    return new Needs(
        legs.stream().anyMatch(leg -> leg.decision() == Decision.RUN)
            ? workspaces.keySet().stream()
                .map(name -> build(definition.workspaces().get(name), workspaces.get(name)))
                .toList()
            : List.of(),
        machines || byName,
        byName || (machines && !wants("tcg")),
        toggles.value(QEMU),
        machines ? toggles.value(DISK).map(Path::of) : Optional.empty(),
        List.copyOf(endpoints.values()));
  }

  /** What is asked of a host that nothing is planned for. */
  public static Needs everything(Definition definition, Toggles toggles) {
    return new Needs(
        definition.workspaces().values().stream()
            .map(workspace -> build(workspace, folder(definition, toggles, workspace)))
            .toList(),
        true,
        true,
        toggles.value(QEMU),
        toggles.value(DISK).map(Path::of),
        definition.services().values().stream()
            .filter(service -> toggles.endpoints().containsKey(service.name()))
            .map(service -> endpoint(service, toggles))
            .toList());
  }

  private static Build build(Workspace workspace, Path folder) {
    return new Build(folder, workspace.disk(), workspace.memory());
  }

  private static Endpoint endpoint(Service service, Toggles toggles) {
    return new Endpoint(
        service.name(),
        service.endpoint().orElseThrow(),
        toggles.endpoints().get(service.name()),
        service.health().orElse("tcp"));
  }

  private boolean wants(String accelerator) {
    return toggles.value(ACCEL).equals(Optional.of(accelerator));
  }

  /** The steps that boot virtual machines. */
  private static Stream<PlannedStep> boots(List<PlannedLeg> legs) {
    return legs.stream()
        .filter(leg -> leg.decision() == Decision.RUN)
        .flatMap(leg -> leg.steps().stream())
        .filter(step -> step.accelerator().isPresent());
  }

  private static Optional<Fact> fact(List<Fact> facts, String name) {
    return facts.stream().filter(fact -> fact.name().equals(name)).findFirst();
  }

  private void lacks(List<PlannedLeg> legs, List<Fact> facts, List<String> problems) {
    boots(legs)
        .findFirst()
        .ifPresent(step -> {
          String who =
              toggles.value(E2E).isPresent() ? E2E + "=1" : "step `%s`".formatted(step.name());
          for (String name : List.of("qemu", "qemu-img")) {
            fact(facts, name)
                .filter(it -> !it.usable())
                .ifPresent(it ->
                    problems.add(
                        "%s needs %s: %s; %s"
                            .formatted(
                                who, name.equals("qemu") ? "QEMU" : name, it.proof(), it.fix())));
          }
        });
    fact(facts, "disk")
        .filter(it -> !it.usable())
        .ifPresent(it -> problems.add("%s; %s".formatted(it.proof(), it.fix())));
    fact(facts, "kvm")
        .filter(it -> wants("kvm") && !it.proven())
        .ifPresent(it ->
            problems.add(
                "PLASMA_ACCEL=kvm needs KVM: %s%s"
                    .formatted(it.proof(), it.fix().isEmpty() ? "" : "; " + it.fix())));
  }

  private Map<String, Path> workspaces(List<String> problems) {
    Map<String, Path> folders = new LinkedHashMap<>();
    for (Workspace workspace : definition.workspaces().values()) {
      Optional<String> named = workspace.env().flatMap(toggles::value);
      Path folder = folder(definition, toggles, workspace);
      if (!java.nio.file.Files.isRegularFile(folder.resolve("Cargo.toml"))) {
        problems.add(
            "workspace `%s`: there is no Cargo.toml in %s; %s"
                .formatted(
                    workspace.name(),
                    folder,
                    named.isPresent()
                        ? "let %s name a Cargo workspace".formatted(workspace.env().get())
                        : "mend its `path` in " + definition.file()));
      }
      folders.put(workspace.name(), folder);
    }
    return folders;
  }

  private static Path folder(Definition definition, Toggles toggles, Workspace workspace) {
    return workspace
        .env()
        .flatMap(toggles::value)
        .map(Path::of)
        .orElseGet(() -> definition.folder().resolve(workspace.path()))
        .toAbsolutePath()
        .normalize();
  }

  /** The definition's order, save that each leg comes after those that it needs. */
  private List<Leg> ordered(Set<String> selected) {
    Map<String, Leg> byId = new LinkedHashMap<>();
    definition.legs().forEach(leg -> byId.put(leg.id(), leg));
    Set<String> ordered = new LinkedHashSet<>();
    byId.keySet().forEach(id -> place(id, byId, ordered));
    return ordered.stream().filter(selected::contains).map(byId::get).toList();
  }

  private static void place(String id, Map<String, Leg> byId, Set<String> ordered) {
    if (!ordered.contains(id)) {
      byId.get(id).needs().forEach(need -> place(need, byId, ordered));
      ordered.add(id);
    }
  }

  private PlannedLeg leg(Leg leg, Map<String, PlannedLeg> before, List<String> problems) {
    LegFactory script = scripts.get(leg.script());
    List<PlannedStep> steps = steps(leg, script, problems);
    List<String> needs = leg.needs().stream().filter(before::containsKey).toList();
    if (leg.skip().filter(toggles::on).isPresent()) {
      return new PlannedLeg(leg, Decision.SKIP, leg.skip().get() + "=1", needs, steps, script);
    }
    if (leg.planned().filter(toggle -> !toggles.on(toggle)).isPresent()) {
      String why = "not approved yet; " + leg.planned().get() + "=1 runs it";
      return new PlannedLeg(leg, Decision.PLANNED, why, needs, steps, script);
    }
    for (String need : needs) {
      Decision other = before.get(need).decision();
      if (other != Decision.RUN) {
        String why =
            "it needs `%s`, which is %s"
                .formatted(
                    need,
                    other == Decision.SKIP
                        ? "skipped (" + before.get(need).why() + ")"
                        : "planned");
        return new PlannedLeg(leg, other, why, needs, steps, script);
      }
    }
    leg.services().forEach(service -> reachable(leg, service, problems));
    return new PlannedLeg(leg, Decision.RUN, "", needs, steps, script);
  }

  private void reachable(Leg leg, String service, List<String> problems) {
    Service declared = definition.services().get(service);
    if (declared.start().isEmpty()
        && !declared.byTests()
        && !toggles.endpoints().containsKey(service)
        && !toggles.on(BuiltIn.DRY_RUN)) {
      problems.add(
          "leg `%s` needs service `%s`, which has no `start`: set %s to its URL"
              .formatted(leg.id(), service, declared.endpoint().orElseThrow()));
    }
  }

  private List<PlannedStep> steps(Leg leg, LegFactory script, List<String> problems) {
    try {
      return collect(script, context(leg)).stream().map(Planner::step).toList();
    } catch (StepFailed e) {
      problems.add(e.located());
      return List.of();
    }
  }

  private List<Step> collect(LegFactory script, Context context) {
    Future<List<Step>> steps = collector.submit(() -> script.steps(context));
    try {
      return steps.get(SECONDS_TO_COLLECT, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      collector.shutdownNow();
      collector = collector(); // the other may never be free again
      throw new StepFailed(
          "a script didn't come to its end in %d s; outside its steps it only tells of them"
              .formatted(SECONDS_TO_COLLECT));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StepFailed failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** A thread that lets nobody wait for it. */
  private static ExecutorService collector() {
    return Executors.newSingleThreadExecutor(
        Thread.ofPlatform().daemon().name("collect").factory());
  }

  /** What a script sees while it tells of its steps. */
  private Context context(Leg leg) {
    return context(leg, toggles, definition, new NoActions());
  }

  /** What a leg's script sees. */
  public static Context context(
      Leg leg, Toggles toggles, Definition definition, gate.dsl.Actions actions) {
    Map<String, Flag> flags = new LinkedHashMap<>();
    Map<String, Setting> settings = new LinkedHashMap<>();
    toggles
        .values()
        .forEach((name, value) -> {
          if (isFlag(definition, name)) {
            flags.put(name, new Flag(name, value.on()));
          } else {
            settings.put(name, new Setting(name, value.value()));
          }
        });
    return new Context(flags, settings, leg.axes(), actions);
  }

  /** Whether a toggle of the definition, or a built-in one, is a flag. */
  public static boolean isFlag(Definition definition, String name) {
    Toggle toggle = definition.toggles().get(name);
    return toggle == null ? name.equals(BuiltIn.DRY_RUN) : toggle.type() == Toggle.Type.FLAG;
  }

  /** A step as its script tells of it, before the host is known. */
  private static PlannedStep step(Step step) {
    Optional<String> off =
        step.when().filter(it -> !it.asBoolean()).map(Condition::text).map("waits for "::concat);
    return new PlannedStep(
        step.number(),
        step.name(),
        off,
        off.isPresent() ? Optional.empty() : step.accelerator(),
        Optional.empty(),
        false,
        step.artifacts(),
        step.when().stream().flatMap(it -> it.toggles().stream()).toList());
  }

  /** What the host does to a leg's steps. */
  private PlannedLeg decided(PlannedLeg leg, List<Fact> facts) {
    return new PlannedLeg(
        leg.leg(),
        leg.decision(),
        leg.why(),
        leg.needs(),
        leg.steps().stream().map(step -> decided(step, facts)).toList(),
        leg.script());
  }

  /** A step that wants KVM gets it where it is proven, and says so where it isn't. */
  private PlannedStep decided(PlannedStep step, List<Fact> facts) {
    Optional<Fact> kvm = fact(facts, "kvm");
    Optional<String> degraded =
        wants("tcg")
            ? Optional.of("on TCG instead of KVM: PLASMA_ACCEL=tcg")
            : kvm.filter(it -> !it.proven())
                .map(it -> "on TCG, for there is no usable KVM: " + it.proof());
    return step.accelerator().isEmpty() || degraded.isEmpty()
        ? step
        : new PlannedStep(
            step.number(),
            step.name(),
            step.off(),
            Optional.of("tcg"),
            degraded,
            wants("tcg"),
            step.artifacts(),
            step.waits());
  }
}
