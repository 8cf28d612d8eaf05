package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code -Dgate.kills} says how often; {@code -Dgate.seed} which moments. */
@DisplayName("SIGKILL at any moment")
@EnabledOnOs(OS.LINUX)
class AnyMomentTest {
  private static final int LONGEST_MILLIS = 2500;

  @TempDir Path temp;
  private final String nap = "sleep " + (ProcessHandle.current().pid() * 10 + 7_000_000_000L);

  private enum Whom {
    GATE,
    GUARDIAN,
    BOTH
  }

  /** Legs that hide, wait, and go to their ends, so that most moments have something to lose. */
  private Checkout project() throws Exception {
    return new Checkout(temp)
        .env("HOME_OF_TEST", temp.toString())
        .tmp(Files.createDirectory(temp.resolve("tmp")))
        .legs("a: { title: A }", "b: { title: B }", "c: { title: C, needs: [a, b] }")
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
                .formatted(nap));
  }

  @ParameterizedTest(name = "to {0}")
  @EnumSource
  void leaves_no_process_of_the_run_and_nothing_green(Whom whom) throws Exception {
    int kills = Integer.getInteger("gate.kills", 8);
    long seed = Long.getLong("gate.seed", System.nanoTime());
    System.out.println("-Dgate.seed=" + seed);
    Random random = new Random(seed);
    Checkout project = project();
    for (int i = 0; i < kills; i++) {
      String which = "seed %d, kill %d of %s".formatted(seed, i, whom);
      Path out = temp.resolve("out-" + i);
      Process gate = project.start(out, out);
      boolean ended = gate.waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS);
      boolean hit = !ended && kill(whom, gate, random);
      if (whom == Whom.BOTH && hit) {
        project.run("clean");
      }
      if (whom == Whom.GUARDIAN) {
        assertThat(gate.waitFor(60, TimeUnit.SECONDS)).as(which).isTrue();
        assertVerdict(which, gate, Checkout.read(out));
      }
      gate.waitFor();
      assertThat(Outside.await(2, () -> Outside.running(nap).isEmpty()))
          .as("%s: %s", which, Outside.running(nap))
          .isTrue();
      assertThat(
              Outside.await(
                  2, () -> Outside.running("GuardianMain").stream().noneMatch(this::ours)))
          .as(which)
          .isTrue();
    }
    project.run("clean");
    assertThat(temp.resolve("tmp")).as("seed " + seed).isEmptyDirectory();
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
        Outside.signal("KILL", List.of(guardians.get(random.nextInt(guardians.size()))));
      }
    }
    return true;
  }

  private boolean ours(long guardian) {
    return Outside.environment(guardian).contains("HOME_OF_TEST=" + temp);
  }

  /** GREEN only where all three legs passed: that guardian had no more to do, or nothing yet. */
  private static void assertVerdict(String which, Process gate, String out) {
    if (out.contains("GREEN")) {
      assertThat(out).as(which).contains("3 legs, 4 steps passed");
      assertThat(out).as(which).doesNotContain("the guardian (pid");
      assertThat(gate.exitValue()).as(which).isZero();
    } else {
      assertThat(gate.exitValue()).as(which + out).isNotZero();
      assertThat(out).as(which).contains("guardian (pid", "SIGKILL");
    }
  }
}
