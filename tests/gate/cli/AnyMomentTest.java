package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code -Dgate.kills} says how often; {@code -Dgate.seed} which moments. */
@DisplayName("SIGKILL at any moment")
@EnabledOnOs(OS.LINUX)
class AnyMomentTest {
  private static final int LONGEST_MILLIS = 3000;

  /** A test that others could see, if it outlived its run. */
  private static final String NAP =
      """
      #[test]
      fn naps() {
          let mut nap = std::process::Command::new("sleep").arg("%s").spawn().unwrap();
          std::thread::sleep(std::time::Duration::from_millis(300));
          nap.kill().unwrap();
          nap.wait().unwrap();
      }
      """;

  private static final String WHOLE = "4 legs, 6 steps, 1 case passed";

  @TempDir Path temp;
  private final String nap = "sleep " + (ProcessHandle.current().pid() * 10 + 7_000_000_000L);

  private enum Whom {
    GATE,
    GUARDIAN,
    BOTH
  }

  /**
   * Legs that hide, wait, build, serve, and go to their ends, so that most moments have something
   * to lose.
   */
  private Checkout project() throws Exception {
    return TinyCrate.in(new Checkout(temp), "crate")
        .env("HOME_OF_TEST", temp.toString())
        .tmp(Files.createDirectory(temp.resolve("tmp")))
        .file("crate/tests/nap.rs", NAP.formatted(nap.split(" ")[1]))
        .file(
            "matrix.yaml",
            """
            name: test
            workspaces: { w: { path: crate } }
            services: { tiny: { health: /, start: { bin: tiny, args: ["{port}"] } } }
            legs:
              a: { title: A }
              b: { title: B }
              c: { title: C, needs: [a, b] }
              d: { title: D, services: [tiny] }
            """)
        .leg(
            "a",
            "step('s') { shell('trap \"\" TERM; %1$s & sleep 0.5; kill -9 $!') }\n".formatted(nap))
        .leg(
            "b",
            "step('s') { shell('(setsid env -i %1$s <&- >&- 2>&- & echo $! > b); sleep 0.7; kill -9 $(cat b)') }\n"
                .formatted(nap))
        .leg(
            "c",
            "step('s') { exec('sleep', '0.2') }\nstep('t') { shell('%s & kill $!') }\n"
                .formatted(nap))
        .leg(
            "d",
            """
            step('s') { assert http.get(services.tiny.url()).status() == 200 }
            step('t') { cargoTest('tiny', test: 'nap') }
            """);
  }

  @ParameterizedTest(name = "to {0}")
  @EnumSource
  void leaves_no_process_of_the_run_and_nothing_green(Whom whom) throws Exception {
    int kills = Integer.getInteger("gate.kills", 3);
    long seed = Long.getLong("gate.seed", System.nanoTime());
    System.out.println("-Dgate.seed=" + seed);
    Random random = new Random(seed);
    Checkout project = project();
    Checkout.Result whole = project.run();
    assertThat(whole.out()).as(whole.err()).contains(WHOLE); // and what cargo builds is built
    int hits = 0;
    for (int i = 0; hits < kills && i < 10 * kills; i++) {
      String which = "seed %d, kill %d of %s".formatted(seed, i, whom);
      Path out = temp.resolve("out-" + i);
      Process gate = project.start(out, out);
      boolean ended = gate.waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS);
      boolean hit = !ended && kill(whom, gate, random);
      hits += hit ? 1 : 0;
      if (whom == Whom.BOTH && hit) {
        project.run("clean");
      }
      if (whom == Whom.GUARDIAN) {
        assertThat(gate.waitFor(60, TimeUnit.SECONDS)).as(which).isTrue();
        assertVerdict(which, gate, Checkout.read(out));
      }
      gate.waitFor();
      assertThat(Outside.await(2, () -> alive().isEmpty())).as("%s: %s", which, alive()).isTrue();
    }
    assertThat(hits).as("kills that met a run, seed " + seed).isEqualTo(kills);
    project.run("clean");
    assertThat(temp.resolve("tmp")).as("seed " + seed).isEmptyDirectory();
  }

  /** What runs of the run: naps, whoever has this test's folder in its command, and guardians. */
  private List<String> alive() {
    return Stream.of(Outside.running(nap), Outside.running(temp.toString()), guardians())
        .flatMap(List::stream)
        .distinct()
        .map(pid -> pid + " " + Outside.command(pid))
        .toList();
  }

  private List<Long> guardians() {
    return Outside.running("GuardianMain").stream().filter(this::ours).toList();
  }

  /** A project for which the gate asks a cargo that is a script. */
  private Checkout asking(String cargo) throws Exception {
    return TinyCrate.tested(new Checkout(temp))
        .tmp(Files.createDirectory(temp.resolve("tmp")))
        .program("fake/cargo", cargo)
        .env("PATH", temp.resolve("fake") + ":" + System.getenv("PATH"));
  }

  @Test
  void of_the_guardian_that_asks_the_host_is_told_as_that_and_not_as_the_hosts_fault()
      throws Exception {
    Checkout.Result result = asking("kill -9 $PPID; " + nap).run();
    assertThat(result.code()).as(result.out() + result.err()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("the host can't be asked: the guardian (pid")
        .contains("SIGKILL")
        .doesNotContain("install Rust");
    assertThat(alive()).isEmpty();
    assertThat(temp.resolve(".cccc/work/integration-matrix")).doesNotExist(); // nothing ran
  }

  @Test
  void of_the_gate_and_of_the_guardian_that_asks_the_host_leaves_what_clean_finds()
      throws Exception {
    Checkout project = asking(nap);
    Process gate = project.start(temp.resolve("out"), temp.resolve("out"));
    assertThat(Outside.await(60, () -> !Outside.running(nap).isEmpty())).isTrue();
    Outside.killAll(gate);
    List<Long> left = Outside.running(nap);
    assertThat(left).as("what nobody could end").isNotEmpty();

    assertThat(project.run("clean", "--dry-run").out())
        .contains("no run's: would clear process " + left.getFirst());
    assertThat(Outside.running(nap)).isEqualTo(left);
    assertThat(project.run("clean").out())
        .contains("no run's: cleared process " + left.getFirst(), "cleared temporary folder ");
    assertThat(alive()).isEmpty();
    assertThat(temp.resolve("tmp")).isEmptyDirectory();
  }

  /** Whether something was killed. */
  private static boolean kill(Whom whom, Process gate, Random random) throws Exception {
    switch (whom) {
      case GATE -> gate.destroyForcibly().waitFor();
      case BOTH -> Outside.killAll(gate);
      case GUARDIAN -> {
        List<Long> guardians = Outside.guardians(gate);
        if (guardians.isEmpty()) {
          return false;
        }
        long guardian = guardians.get(random.nextInt(guardians.size()));
        List<ProcessHandle> below =
            ProcessHandle.of(guardian).stream().flatMap(ProcessHandle::descendants).toList();
        Outside.signal("KILL", List.of(guardian));
        assertThat(Outside.await(2, () -> below.stream().noneMatch(AnyMomentTest::isAlive)))
            .as("what was below guardian %d: %s", guardian, below)
            .isTrue();
      }
    }
    return true;
  }

  /** No zombie, which has no command any more. */
  private static boolean isAlive(ProcessHandle process) {
    return process.isAlive() && !Outside.command(process.pid()).isEmpty();
  }

  private boolean ours(long guardian) {
    return Outside.environment(guardian).contains("HOME_OF_TEST=" + temp);
  }

  /** GREEN only where all legs passed: that guardian had no more to do, or nothing yet. */
  private static void assertVerdict(String which, Process gate, String out) {
    if (out.contains("GREEN")) {
      assertThat(out).as(which).contains(WHOLE);
      assertThat(out).as(which).doesNotContain("the guardian (pid");
      assertThat(gate.exitValue()).as(which).isZero();
    } else {
      assertThat(gate.exitValue()).as(which + out).isNotZero();
      assertThat(out).as(which).contains("guardian (pid", "SIGKILL");
    }
  }
}
