package gate.kernel.cargo;

import gate.dsl.CargoTest;
import gate.dsl.CargoTest.Target;
import gate.kernel.process.Exit;
import gate.kernel.process.Guardian;
import gate.kernel.process.Spawn;
import gate.kernel.process.SpawnFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A Cargo workspace of a test, and the engine that runs its tests. */
final class Workspace implements AutoCloseable {
  private final Path folder;
  private final Path scratch;
  private final Guardian builder = Guardian.start();
  private final Guardian runner = Guardian.start();
  private final Map<String, String> env = new TreeMap<>();
  private final AtomicInteger builds = new AtomicInteger();
  private final CargoTests tests;

  Workspace(Path temp) throws IOException {
    folder = Files.createDirectories(temp.resolve("ws ünï"));
    scratch = Files.createDirectories(temp.resolve("scratch"));
    for (String name : List.of("PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN")) {
      Optional.ofNullable(System.getenv(name)).ifPresent(value -> env.put(name, value));
    }
    env.put("CARGO_NET_OFFLINE", "true");
    tests =
        new CargoTests(
            spawn -> builder.spawn(spawn).exit().join(), scratch, new Builds(), new Turns());
  }

  private final class Builds implements BuildListener {
    @Override
    public Path log(String what) {
      return scratch.resolve("build-" + builds.incrementAndGet() + ".log");
    }

    @Override
    public void built(Path manifest, List<Path> sources) {}

    @Override
    public void finished(String what, String command, boolean ok, Path log, long millis) {}
  }

  int builds() {
    return builds.get();
  }

  /** What builds after the first so many have printed. */
  List<String> logs(int after) throws IOException {
    List<String> logs = new ArrayList<>();
    for (int i = after + 1; i <= builds(); i++) {
      logs.add(Files.readString(scratch.resolve("build-" + i + ".log")));
    }
    return logs;
  }

  Path folder() {
    return folder;
  }

  Workspace file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** Makes Cargo.lock, once all packages are there. */
  void lock() throws Exception {
    Exit exit =
        launcher(runner)
            .run(
                List.of("cargo", "generate-lockfile", "--offline"),
                env,
                folder,
                scratch.resolve("lock.log"),
                scratch.resolve("lock.log"));
    if (!exit.ok()) {
      throw new IllegalStateException(Files.readString(scratch.resolve("lock.log")));
    }
  }

  TestReport run(CargoTest test) {
    return run(test, Map.of());
  }

  TestReport run(CargoTest test, Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(env);
    all.putAll(more);
    return run(test, all, runner);
  }

  private TestReport run(CargoTest test, Map<String, String> all, Guardian guardian) {
    try {
      Path step = Files.createTempDirectory(scratch, "step-");
      return tests.run(test, folder, all, launcher(guardian), step.resolve("log"), step);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What {@code cargo test} itself says. */
  int cargo(CargoTest test) throws Exception {
    Path log = scratch.resolve("cargo.log");
    Files.deleteIfExists(log);
    Exit exit = launcher(runner).run(CargoLine.argv(test), env, folder, log, log);
    return exit.code().orElse(-1);
  }

  private static Launcher launcher(Guardian guardian) {
    return new Launcher() {
      @Override
      public Exit run(List<String> argv, Map<String, String> env, Path folder, Path out, Path err)
          throws SpawnFailed {
        return guardian
            .spawn(
                new Spawn(
                    "test",
                    argv,
                    env,
                    folder,
                    out,
                    out.equals(err) ? Optional.empty() : Optional.of(err),
                    Optional.empty()))
            .exit()
            .join();
      }

      @Override
      public void starts(Path binary) {}

      @Override
      public void says(String line) {}

      @Override
      public void waits() {}

      @Override
      public void goesOn() {}
    };
  }

  @Override
  public void close() {
    runner.clear(Duration.ZERO);
    runner.close();
    builder.close();
  }

  /** All tests of a package. */
  static CargoTest all(String packageName) {
    return new CargoTest(
        packageName,
        Optional.empty(),
        new Target.All(),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(),
        false,
        true,
        Optional.empty(),
        Map.of(),
        Optional.empty());
  }

  static CargoTest target(CargoTest test, Target target) {
    return new CargoTest(
        test.packageName(),
        test.workspace(),
        target,
        test.exactCase(),
        test.filter(),
        test.ignored(),
        test.features(),
        test.allFeatures(),
        test.defaultFeatures(),
        test.profile(),
        test.env(),
        test.threads());
  }

  /** A {@code --test} target. */
  static CargoTest test(String packageName, String name) {
    return target(all(packageName), new Target.Test(name));
  }

  static CargoTest choosing(
      CargoTest test, Optional<String> exact, Optional<String> filter, boolean ignored) {
    return new CargoTest(
        test.packageName(),
        test.workspace(),
        test.target(),
        exact,
        filter,
        ignored,
        test.features(),
        test.allFeatures(),
        test.defaultFeatures(),
        test.profile(),
        test.env(),
        test.threads());
  }

  static CargoTest features(CargoTest test, String... features) {
    return new CargoTest(
        test.packageName(),
        test.workspace(),
        test.target(),
        test.exactCase(),
        test.filter(),
        test.ignored(),
        List.of(features),
        test.allFeatures(),
        test.defaultFeatures(),
        test.profile(),
        test.env(),
        test.threads());
  }

  static CargoTest threads(CargoTest test, int threads) {
    return new CargoTest(
        test.packageName(),
        test.workspace(),
        test.target(),
        test.exactCase(),
        test.filter(),
        test.ignored(),
        test.features(),
        test.allFeatures(),
        test.defaultFeatures(),
        test.profile(),
        test.env(),
        Optional.of(threads));
  }
}
