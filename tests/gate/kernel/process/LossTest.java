package gate.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Within two seconds nothing is left")
@EnabledOnOs(OS.LINUX)
class LossTest {
  private static final Duration SOON = Duration.ofSeconds(2);

  @TempDir Path folder;
  private Ground ground;

  @BeforeEach
  void ground() {
    ground = new Ground(folder);
    ground.script("stay", Ground.STUBBORN);
    ground.script(
        "hide",
        "trap '' TERM; (setsid env -i /bin/sh -c \"/bin/sh "
            + ground.folder()
            + "/stay <&- >&- 2>&- &\" &) ; sh "
            + ground.folder()
            + "/stay & wait");
    ground.script(
        "fork",
        "trap '' TERM; i=0; [ $# = 0 ] && while [ $i -lt 2000 ]; do i=$((i+1)); sh $0 x & sleep"
            + " 0.01; done; setsid sleep 3");
  }

  @AfterEach
  void nothingLeft() {
    ground.awaitNothingLeft(SOON);
  }

  private String script(String name) {
    return ground.folder().resolve(name).toString();
  }

  @ParameterizedTest(name = "when the gate dies by SIG{0}")
  @ValueSource(strings = {"KILL", "TERM", "SEGV"})
  void gateDies(String signal) throws Exception {
    Process gate =
        Ground.java(
                List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"),
                GateMain.class,
                folder.toString(),
                script("hide"),
                script("fork"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String[] guardians;
    try (var told = gate.inputReader()) {
      guardians = told.readLine().trim().split(" ");
      ground.awaitRunning(20);
      Ground.kill(signal, gate.pid());
      assertThat(gate.waitFor(5, TimeUnit.SECONDS)).isTrue();
    }
    ground.awaitNothingLeft(SOON);
    for (String guardian : guardians) {
      assertThat(Ground.await(SOON, () -> !Ground.running(Long.parseLong(guardian))))
          .as("guardian %s has ended", guardian)
          .isTrue();
    }
  }

  @ParameterizedTest(name = "when the guardian dies by SIG{0}, and everybody is told")
  @ValueSource(strings = {"KILL", "SEGV", "TERM"})
  void guardianDies(String signal) throws Exception {
    // what other tests in this JVM left to it: it adopts orphans, and reaps only those of guardians
    List<Integer> before = zombies().stream().map(Stat::pid).toList();
    try (Guardian guardian = Guardian.start()) {
      Child hide = guardian.spawn(ground.spawn("sh", script("hide")));
      Child fork = guardian.spawn(ground.spawn("sh", script("fork")));
      ground.awaitRunning(10);
      Ground.kill(signal, guardian.pid());
      for (Child child : List.of(hide, fork)) {
        try {
          Exit exit = child.exit().get(5, TimeUnit.SECONDS);
          assertThat(signal).as("only SIGTERM leaves time to tell of %s", exit).isEqualTo("TERM");
        } catch (ExecutionException e) {
          assertThat(e.getCause())
              .isInstanceOf(GuardianLost.class)
              .hasMessageStartingWith("the guardian (pid " + guardian.pid() + ") ")
              .hasMessageContaining(
                  signal.equals("KILL") ? "killed by SIGKILL (9)" : "ended unasked")
              .hasMessageEndingWith("every process that it had started has been ended");
        }
      }
      if (!signal.equals("TERM")) {
        assertThat(ground.left()).as("cleared before anybody is told").isEmpty();
      }
      assertThat(Ground.await(SOON, () -> !guardian.alive())).isTrue();
      assertThatThrownBy(() -> guardian.spawn(ground.spawn("true")))
          .isInstanceOf(GuardianLost.class);
      assertThatThrownBy(() -> guardian.sweep(Duration.ZERO)).isInstanceOf(GuardianLost.class);
      hide.end(Duration.ZERO);
      assertThat(zombies())
          .noneMatch(zombie -> zombie.name().equals("sh") && !before.contains(zombie.pid()));
    }
  }

  @Test
  @DisplayName("when the guardian dies while it sweeps and spawns")
  void guardianDiesBusy() throws Exception {
    Guardian guardian = Guardian.start();
    Ground.end(guardian.spawn(ground.sh("leak", "(setsid sh " + script("stay") + " &)")));
    ground.awaitRunning(1);
    Thread killer =
        new Thread(() -> {
          Ground.pause(300);
          Ground.kill("KILL", guardian.pid());
        });
    killer.start();
    assertThatThrownBy(() -> guardian.sweep(Duration.ofSeconds(30)))
        .isInstanceOf(GuardianLost.class);
    killer.join();
    guardian.close();
  }

  @RepeatedTest(5)
  @DisplayName("when the guardian dies while many are being started")
  void guardianDiesSpawning() throws Exception {
    Guardian guardian = Guardian.start();
    Thread killer =
        new Thread(() -> {
          Ground.pause(250);
          Ground.kill("KILL", guardian.pid());
        });
    killer.start();
    Spawn stay = ground.spawn("setsid", "sh", script("stay"));
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10_000; i++) {
                guardian.spawn(stay);
              }
            })
        .isInstanceOf(GuardianLost.class);
    killer.join();
    assertThat(ground.left()).isEmpty();
    guardian.close();
  }

  @RepeatedTest(20)
  @DisplayName(
      "when the guardian dies while it is asked, and its own end is told, not what it led to")
  void guardianDiesAsked() throws Exception {
    try (Guardian guardian = Guardian.start()) {
      Ground.end(guardian.spawn(ground.spawn("true")));
      ProcessHandle handle = ProcessHandle.of(guardian.pid()).orElseThrow();
      List<Thread> askers = new ArrayList<>();
      List<String> told = Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 4; i++) {
        askers.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    while (true) {
                      guardian.sweep(Duration.ZERO);
                      guardian.spawn(ground.spawn("true"));
                    }
                  } catch (GuardianLost | SpawnFailed e) {
                    told.add(e.getMessage());
                  }
                }));
      }
      Ground.pause(50);
      handle.destroyForcibly();
      for (Thread asker : askers) {
        asker.join();
      }
      assertThat(told).hasSize(4).allMatch(it -> it.contains("was killed by SIGKILL (9)"));
    }
  }

  @Test
  @DisplayName(
      "of that guardian's: not of another's, nor of Java's own, whose exit codes stay right")
  void othersUntouched() throws Exception {
    assumeTrue(Ground.have("setsid"));
    ground.script("probe", "i=0; while [ $i -lt 100 ]; do sleep 0.05; i=$((i+1)); done");
    try (Guardian other = Guardian.start()) {
      Child hidden = other.spawn(ground.spawn("sh", script("hide")));
      Child service = other.spawn(ground.sh("service", Ground.STUBBORN));
      ground.awaitRunning(4);
      // Java's own: one that runs, one that has a session of its own, one that left its parent
      Process running = new ProcessBuilder("sh", script("probe")).start();
      Process session = new ProcessBuilder("setsid", "sh", script("probe")).start();
      new ProcessBuilder("sh", "-c", "setsid sh " + script("probe") + " &").start().waitFor();
      int untouched = 4 + 3;
      ground.awaitRunning(untouched);

      int wrong = 0;
      List<Process> probes = new ArrayList<>();
      for (int round = 0; round < 4; round++) {
        Guardian guardian = Guardian.start();
        guardian.spawn(ground.spawn("sh", script("hide")));
        guardian.spawn(ground.spawn("sh", script("fork")));
        ground.awaitRunning(untouched + 5);
        for (int i = 0; i < 50; i++) {
          probes.add(new ProcessBuilder("sh", "-c", "exit " + i).start());
          if (i == 10) {
            Ground.kill("KILL", guardian.pid());
          }
        }
        assertThat(Ground.await(SOON, () -> !guardian.alive())).isTrue();
        guardian.close();
      }
      for (int i = 0; i < probes.size(); i++) {
        wrong += probes.get(i).waitFor() == i % 50 ? 0 : 1;
      }
      assertThat(probes).hasSize(200);
      assertThat(wrong).as("wrong exit codes of 200").isZero();
      assertThat(running.isAlive()).isTrue();
      assertThat(session.isAlive()).isTrue();
      assertThat(hidden.exit()).isNotDone();
      assertThat(service.exit()).isNotDone();
      ground.awaitExactly(untouched);
      assertThat(other.alive()).isTrue();

      running.destroyForcibly().waitFor();
      session.destroyForcibly().waitFor();
      for (String line : ground.left()) {
        if (line.contains("/probe")) {
          Ground.kill("KILL", Long.parseLong(line.split(" ")[0]));
        }
      }
    }
  }

  @Test
  @DisplayName("when the guardian dies above another gate with guardians of its own")
  void guardianOfGateDies() throws Exception {
    Guardian guardian = Guardian.start();
    List<String> gate =
        Ground.java(List.of(), GateMain.class, folder.toString(), script("hide")).command();
    Child inner = guardian.spawn(ground.spawn(gate.toArray(String[]::new)));
    ground.awaitRunning(7);
    List<ProcessHandle> below = ProcessHandle.of(inner.pid()).orElseThrow().descendants().toList();
    Ground.kill("KILL", guardian.pid());
    ground.awaitNothingLeft(SOON);
    boolean gone =
        Ground.await(SOON, () -> below.stream().noneMatch(at -> Ground.running(at.pid())));
    assertThat(gone).as("the other gate's guardians have ended too").isTrue();
    guardian.close();
  }

  @Test
  @DisplayName("when the guardian dies above a process that has changed its mark")
  void guardianOfChangedMarkDies() throws Exception {
    assumeTrue(Ground.have("bash"));
    Guardian guardian = Guardian.start();
    String change = "ulimit -x 5; (setsid sh " + script("stay") + " &)";
    Ground.end(guardian.spawn(ground.spawn("bash", "-c", change)));
    ground.awaitRunning(1);
    Ground.kill("KILL", guardian.pid());
    ground.awaitNothingLeft(SOON);
    guardian.close();
  }

  @RepeatedTest(3)
  @DisplayName("when the guardian dies above a process that forks its successor and ends at once")
  void guardianOfHopperDies() throws Exception {
    assumeTrue(Ground.have("perl"));
    String hop = "use POSIX; $SIG{TERM}='IGNORE'; while (1) { exit if fork; POSIX::setsid(); }";
    Path script = ground.script("hop.pl", hop);
    Guardian guardian = Guardian.start();
    Ground.end(guardian.spawn(ground.spawn("perl", script.toString())));
    Child last = guardian.spawn(ground.spawn("sh", script("hide")));
    Ground.pause(50);
    Ground.kill("KILL", guardian.pid());
    assertThatThrownBy(() -> last.exit().get(5, TimeUnit.SECONDS))
        .hasMessageEndingWith("every process that it had started has been ended");
    for (int i = 0; i < 20; i++) {
      assertThat(ground.left()).isEmpty();
    }
    guardian.close();
  }

  @Test
  @DisplayName("when two guardians die at once")
  void twoDie() throws Exception {
    Guardian one = Guardian.start();
    Guardian two = Guardian.start();
    one.spawn(ground.spawn("sh", script("hide")));
    two.spawn(ground.spawn("sh", script("hide")));
    ground.awaitRunning(6);
    Ground.kill("KILL", one.pid());
    Ground.kill("KILL", two.pid());
    ground.awaitNothingLeft(SOON);
    one.close();
    two.close();
  }

  @Test
  @DisplayName("when the guardian is closed, and closing again does no harm")
  void closed() throws Exception {
    Guardian guardian = Guardian.start();
    Child child = guardian.spawn(ground.spawn("sh", script("hide")));
    ground.awaitRunning(3);
    guardian.close();
    guardian.close();
    assertThat(ground.left()).isEmpty();
    assertThat(guardian.alive()).isFalse();
    assertThat(Ground.running(guardian.pid())).isFalse();
    assertThat(Ground.end(child).describe()).isEqualTo("killed by SIGKILL (9)");
    assertThatThrownBy(() -> guardian.spawn(ground.spawn("true")))
        .isInstanceOf(GuardianLost.class)
        .hasMessageContaining("was closed");
  }

  @Test
  @DisplayName("when one of two is closed, and the other, whose threads are the newest, lives on")
  void closedBesideAnother() throws Exception {
    for (int round = 0; round < 3; round++) {
      Guardian old = Guardian.start();
      Ground.end(old.spawn(ground.spawn("true")));
      try (Guardian other = Guardian.start()) {
        Child child = other.spawn(ground.spawn("sleep", "60"));
        old.close();
        assertThat(child.exit()).isNotDone();
        assertThat(other.alive()).isTrue();
      }
    }
  }

  @Test
  @DisplayName("and a call from what hangs on an exit is refused, rather than waiting for ever")
  void noDeadlock() throws Exception {
    try (Guardian guardian = Guardian.start()) {
      Child child = guardian.spawn(ground.spawn("sleep", "0.2"));
      var swept = child.exit().thenApply(exit -> guardian.sweep(Duration.ZERO));
      assertThatThrownBy(() -> swept.get(5, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Async");
      assertThat(child.exit().thenApplyAsync(exit -> guardian.sweep(Duration.ZERO)).join())
          .isEmpty();
    }
  }

  /** Children of this JVM that have ended and that nobody has taken the status of. */
  private static List<Stat> zombies() {
    List<Stat> zombies = new ArrayList<>();
    for (Stat stat : new Proc().look().below(Libc.pid())) {
      if (!stat.alive() && stat.parent() == Libc.pid()) {
        zombies.add(stat);
      }
    }
    return zombies;
  }
}
