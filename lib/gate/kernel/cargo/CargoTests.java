package gate.kernel.cargo;

import gate.base.Secrets;
import gate.dsl.CargoTest;
import gate.dsl.CargoTest.Target;
import gate.kernel.cargo.Harness.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * The Cargo tests of a run. Cargo is asked for the binaries each time, as only cargo knows whether
 * those that it built are still the ones; binaries of several steps run side by side. For any
 * thread.
 */
public final class CargoTests {
  private final Recorder recorder;
  private final Turns turns;
  private final Map<Path, String> hosts = new ConcurrentHashMap<>();

  /**
   * @param builder runs cargo, for all legs; nothing else
   * @param scratch a temporary folder, whose path has no blanks
   * @param turns of all that build
   */
  public CargoTests(BuildRunner builder, Path scratch, BuildListener builds, Turns turns) {
    this.turns = turns;
    this.recorder = new Recorder(builder, scratch, builds);
  }

  /**
   * Runs tests to their end.
   *
   * @param env what cargo and the tests get, beside what the test itself asks for; secrets in it
   *     are for test binaries alone
   * @param log takes what is printed
   * @param scratch a temporary folder of the step's own
   */
  public TestReport run(
      CargoTest test,
      Path workspace,
      Map<String, String> env,
      Launcher launcher,
      Path log,
      Path scratch)
      throws InterruptedException {
    Map<String, String> whole = new TreeMap<>(env);
    whole.putAll(test.env());
    Secrets secrets = launcher.secrets();
    Map<String, String> open = secrets.without(whole);
    // rustdoc builds doctests as it runs them
    Doctests doctests = new Doctests(test, workspace, open, launcher, log, scratch);
    try {
      List<Ran> ran = new ArrayList<>();
      List<String> unproven = List.of();
      if (test.target() instanceof Target.Doc) {
        check(workspace);
        noRunner(workspace, open);
        recorder.packages(workspace, open);
        ran.add(doctests.run());
      } else {
        Turns.What what = CargoLine.what(test, open);
        Recording recording = recording(test, workspace, open, what, launcher);
        unproven = unproven(test, recording);
        try {
          Harness harness = new Harness(test, launcher, log, scratch);
          for (Binary binary : recording.binaries()) {
            ran.add(harness.run(binary.with(secrets.only(whole)), recording.startable()));
          }
        } finally {
          turns.ended(workspace, what);
        }
        if (recording.doctests()) {
          ran.add(doctests.run());
        }
      }
      return report(test, ran, unproven);
    } catch (Failed e) {
      return new TestReport(List.of(), Optional.of(e.problem()));
    }
  }

  /** Of what is selected without being named. */
  private static List<String> unproven(CargoTest test, Recording recording) {
    return switch (test.target()) {
      case Target.All(), Target.Tests() ->
          recording.leftOut().stream()
              .map(it ->
                  "cargo leaves out test `%s` of %s, as not all its required features are on (%s): turn them on, or name the targets that are meant, one by one"
                      .formatted(
                          it.test(), test.packageName(), String.join(", ", it.requiredFeatures())))
              .toList();
      default -> List.of();
    };
  }

  private static TestReport report(CargoTest test, List<Ran> ran, List<String> unproven) {
    List<Case> cases = ran.stream().flatMap(it -> it.cases().stream()).toList();
    Optional<Problem> problem = ran.stream().flatMap(it -> it.problem().stream()).findFirst();
    if (problem.isPresent() || ran.stream().anyMatch(Ran::any)) {
      return new TestReport(cases, problem, unproven);
    }
    String why =
        ran.stream()
            .flatMap(it -> it.idle().stream())
            .findFirst()
            .map("no test ran: "::concat)
            .orElseGet(() -> nothing(test, new TestReport(cases, Optional.empty())));
    return new TestReport(cases, Optional.of(new Problem(false, why)));
  }

  /** Why no case ran. */
  private static String nothing(CargoTest test, TestReport report) {
    long ignored = report.count(Case.Outcome.IGNORED);
    if (ignored > 0) {
      return "no test ran: all %d are marked #[ignore]; `ignored: true` runs them"
          .formatted(ignored);
    }
    if (test.exactCase().isPresent()) {
      return "no test ran: none is called `%s`%s"
          .formatted(test.exactCase().get(), test.ignored() ? " and marked #[ignore]" : "");
    }
    if (test.filter().isPresent()) {
      return "no test ran: no name has `%s` in it".formatted(test.filter().get());
    }
    return test.ignored()
        ? "no test ran: none is marked #[ignore]"
        : "no test ran: there is none; a feature may be off";
  }

  private static void check(Path workspace) throws Failed {
    if (!Files.isRegularFile(workspace.resolve("Cargo.toml"))) {
      throw Failed.broken("there is no Cargo.toml in %s".formatted(workspace));
    }
  }

  private Recording recording(
      CargoTest test, Path workspace, Map<String, String> env, Turns.What what, Launcher launcher)
      throws Failed, InterruptedException {
    check(workspace);
    CompletableFuture<Recording> recording = new CompletableFuture<>();
    // on a thread of its own: cargo isn't ended with a leg that no longer waits for it
    Thread.ofPlatform()
        .daemon()
        .name("cargo")
        .start(() -> build(CargoLine.selection(test), workspace, env, what, launcher, recording));
    launcher.waits();
    try {
      return recording.get();
    } catch (InterruptedException e) {
      recording.cancel(false);
      turns.ended(workspace, what);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failed failed) {
        throw failed;
      }
      throw rethrown(e.getCause());
    } finally {
      launcher.goesOn();
    }
  }

  private static RuntimeException rethrown(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException thrown ? thrown : new IllegalStateException(e);
  }

  private void build(
      List<String> selection,
      Path workspace,
      Map<String, String> env,
      Turns.What what,
      Launcher launcher,
      CompletableFuture<Recording> recording) {
    try {
      Recording built =
          turns.build(
              workspace,
              what,
              launcher::says,
              () -> begun(selection, workspace, env, what, recording));
      if (!recording.complete(built)) {
        turns.ended(workspace, what);
      }
    } catch (Throwable e) {
      recording.completeExceptionally(e);
    }
  }

  private Recording begun(
      List<String> selection,
      Path workspace,
      Map<String, String> env,
      Turns.What what,
      CompletableFuture<Recording> recording)
      throws Failed {
    if (recording.isCancelled()) {
      throw Failed.broken("nobody waits for it");
    }
    Recording built = build(selection, workspace, env);
    if (!built.startable().isEmpty()) {
      turns.begin(workspace, what, built.anew());
    }
    return built;
  }

  private Recording build(List<String> selection, Path workspace, Map<String, String> env)
      throws Failed {
    return recorder.record(selection, workspace, env, noRunner(workspace, env));
  }

  /** The host that is built for, where nothing but the gate runs what is built. */
  private String noRunner(Path workspace, Map<String, String> env) throws Failed {
    String host = host(workspace, env);
    if (env.containsKey(Recorder.variable(host))) {
      throw Failed.broken(
          "%s is set; the gate runs test binaries by itself and can't use another runner: unset it"
              .formatted(Recorder.variable(host)));
    }
    Optional<Path> runner = Manifest.runner(workspace, env);
    if (runner.isPresent()) {
      throw Failed.broken(
          "%s sets a `runner`; the gate runs test binaries by itself and can't use another: remove it"
              .formatted(runner.get()));
    }
    return host;
  }

  private String host(Path workspace, Map<String, String> env) throws Failed {
    String host = hosts.get(workspace);
    if (host == null) {
      host = recorder.host(workspace, env);
      hosts.put(workspace, host);
    }
    return host;
  }
}
