package gate.host;

import gate.base.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * What is true of the host, looked up each time anew, and all of it side by side. For any thread.
 */
public final class Host {
  private static final Duration ENDPOINT = Duration.ofSeconds(3);

  private final World world;
  private final Runner runner;
  private final KvmDevice device;

  /**
   * @param runner asks the host's programs
   * @param device asks KVM
   */
  public Host(World world, Runner runner, KvmDevice device) {
    this.world = world;
    this.runner = runner;
    this.device = device;
  }

  /**
   * A Cargo workspace that is built.
   *
   * @param disk the bytes that this may write
   * @param memory the bytes that it may take
   */
  public record Build(Path folder, long disk, long memory) {}

  /**
   * What is asked of a host.
   *
   * @param builds the workspaces that are built; empty: none is
   * @param machines whether virtual machines are booted
   * @param kvm whether they want KVM
   * @param qemu what names QEMU's binary
   * @param disk the disk that they boot; empty: one is made
   * @param endpoints where services are said to be
   */
  public record Needs(
      List<Build> builds,
      boolean machines,
      boolean kvm,
      Optional<String> qemu,
      Optional<Path> disk,
      List<Endpoint> endpoints) {
    public Needs {
      builds = List.copyOf(builds);
      endpoints = List.copyOf(endpoints);
    }
  }

  /** What can be seen without asking a program: what is on the PATH. */
  public static List<Fact> glance(World world, Needs needs) {
    List<Fact> facts = new ArrayList<>();
    if (!needs.builds().isEmpty()) {
      facts.add(Toolchain.cargo(world));
    }
    facts.add(Toolchain.git(world));
    if (needs.machines()) {
      facts.add(Qemu.find(world, needs.qemu()).fact());
    }
    return facts;
  }

  /** The facts that are needed, in a fixed order. */
  public List<Fact> facts(Needs needs) {
    List<Supplier<List<Fact>>> questions = new ArrayList<>();
    if (!needs.builds().isEmpty()) {
      questions.addAll(rust(needs.builds()));
    }
    questions.add(() -> List.of(Toolchain.git(world)));
    if (needs.machines() || needs.kvm()) {
      questions.add(() -> machines(needs, false));
    }
    needs.endpoints().forEach(it -> questions.add(() -> List.of(endpoint(it))));
    return together(questions);
  }

  /** All there is to know. */
  public List<Fact> all(Needs needs, Path definition) {
    List<Supplier<List<Fact>>> questions = new ArrayList<>(rust(needs.builds()));
    Toolchain toolchain = new Toolchain(world, runner);
    questions.add(() -> List.of(toolchain.git()));
    questions.add(() -> List.of(toolchain.nix()));
    questions.add(() -> List.of(Room.clock(world, Optional.of(definition))));
    questions.add(() -> machines(needs, true));
    needs.endpoints().forEach(it -> questions.add(() -> List.of(endpoint(it))));
    return together(questions);
  }

  private List<Supplier<List<Fact>>> rust(List<Build> builds) {
    Toolchain toolchain = new Toolchain(world, runner);
    List<Supplier<List<Fact>>> questions = new ArrayList<>();
    questions.add(() -> List.of(toolchain.cargo()));
    builds.forEach(it -> questions.add(() -> List.of(toolchain.rustc(it.folder()))));
    questions.add(() -> Room.disks(world, builds));
    questions.add(() -> List.of(Room.memory(world, builds)));
    return questions;
  }

  /**
   * QEMU, KVM by a guest, and the disk; with {@code whole}, also whether QEMU boots without KVM.
   */
  private List<Fact> machines(Needs needs, boolean whole) {
    List<Fact> facts = new ArrayList<>();
    Qemu qemu = Qemu.look(world, runner, needs.qemu());
    Fact image = Disk.image(world, qemu.path());
    List<Supplier<List<Fact>>> questions = new ArrayList<>();
    boolean boots = whole || !needs.kvm();
    questions.add(() -> List.of((boots ? qemu.booted(runner) : qemu).fact()));
    questions.add(() -> List.of(image));
    if (needs.kvm() || whole) {
      questions.add(() -> List.of(Kvm.look(world, runner, device, qemu.path()).fact()));
    }
    needs
        .disk()
        .ifPresent(disk ->
            questions.add(() ->
                List.of(
                    Disk.given(
                        runner,
                        Optional.ofNullable(image.details().get("path")).map(Path::of),
                        disk))));
    facts.addAll(together(questions));
    return facts;
  }

  /** KVM, with a guest booted on it where there is QEMU. */
  public Kvm kvm(Optional<String> qemu) {
    return Kvm.look(world, runner, device, Qemu.look(world, runner, qemu).path());
  }

  /**
   * Nested virtualization.
   *
   * @param asked {@code on} or {@code off}; empty: it may be as it likes
   */
  public Fact nested(Kvm kvm, Optional<String> asked) {
    String module = Cpu.of(world).vendor().module;
    String proof =
        kvm.nested() == Kvm.Nested.UNKNOWN
            ? "/sys/module/%s/parameters/nested isn't there to tell".formatted(module)
            : "/sys/module/%s/parameters/nested says that it is %s".formatted(module, kvm.nested());
    Fact fact =
        asked.isEmpty() || asked.get().equals(kvm.nested().toString())
            ? kvm.nested() == Kvm.Nested.UNKNOWN
                ? Fact.unproven("nested", proof, "")
                : Fact.present("nested", proof)
            : Fact.missing(
                "nested",
                proof + ", and it is to be " + asked.get(),
                KvmFix.of(world, Cpu.of(world)).nested(asked.get().equals("on")));
    return fact.level(kvm.nested().toString());
  }

  /** QEMU, with a guest booted by it, and what makes disks. */
  public List<Fact> qemu(Needs needs) {
    return machines(
        new Needs(List.of(), true, false, needs.qemu(), needs.disk(), List.of()), false);
  }

  /** The services, each by its health check. */
  public List<Fact> endpoints(List<Endpoint> endpoints) {
    return together(
        endpoints.stream().<Supplier<List<Fact>>>map(it -> () -> List.of(endpoint(it))).toList());
  }

  /** The programs that legs are built with. */
  public List<Fact> toolchain(Needs needs) {
    List<Supplier<List<Fact>>> questions = new ArrayList<>(rust(needs.builds()));
    Toolchain toolchain = new Toolchain(world, runner);
    questions.add(() -> List.of(toolchain.git()));
    questions.add(() -> List.of(toolchain.nix()));
    return together(questions);
  }

  private static Fact endpoint(Endpoint endpoint) {
    String name = "service " + endpoint.service();
    Fact fact =
        switch (HealthCheck.ask(endpoint, ENDPOINT)) {
          case Health.Healthy healthy ->
              Fact.present(
                      name,
                      "%s is healthy, version %s, commit %s"
                          .formatted(endpoint.url(), healthy.version(), healthy.commit()))
                  .level("healthy")
                  .detail("version", healthy.version())
                  .detail("commit", healthy.commit());
          case Health.Not not ->
              Fact.missing(name, "%s: %s".formatted(endpoint.url(), not.why()), fix(endpoint, not))
                  .level(not.level());
        };
    return fact.detail("endpoint", endpoint.url())
        .detail("variable", endpoint.variable())
        .detail("health", endpoint.health());
  }

  private static String fix(Endpoint endpoint, Health.Not not) {
    return "%s, or set %s to where it is"
        .formatted(
            not.answered()
                ? "mend `%s` there, or what it is asked, its `health: %s`"
                    .formatted(endpoint.service(), endpoint.health())
                : "start `%s` there".formatted(endpoint.service()),
            endpoint.variable());
  }

  private static List<Fact> together(List<Supplier<List<Fact>>> questions) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<List<Fact>>> answers =
          questions.stream()
              .map(question -> CompletableFuture.supplyAsync(question, threads))
              .toList();
      List<Fact> facts = new ArrayList<>();
      answers.forEach(answer -> facts.addAll(answer.join()));
      return facts;
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
