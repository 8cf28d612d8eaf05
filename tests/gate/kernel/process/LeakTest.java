package gate.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("No process gets away")
@EnabledOnOs(OS.LINUX)
class LeakTest {
  private static final Duration GRACE = Duration.ofMillis(200);

  @TempDir Path folder;
  private Ground ground;
  private Guardian guardian;

  @BeforeEach
  void start() {
    ground = new Ground(folder);
    guardian = Guardian.start();
  }

  @AfterEach
  void nothingLeft() {
    guardian.close();
    assertThat(ground.left()).isEmpty();
    assertThat(Ground.running(guardian.pid())).isFalse();
  }

  /** Ways to hide, each a command that leaves {@code stay} running; the corpus grows by a line. */
  static Stream<Arguments> hidings() {
    return Stream.of(
        Arguments.of("in the background", "sh $D/stay &"),
        Arguments.of("by a double fork", "(sh $D/stay &)"),
        Arguments.of("in a session of its own", "setsid sh $D/stay &"),
        Arguments.of("by a double fork and setsid", "(setsid sh -c \"sh $D/stay &\")"),
        Arguments.of("without environment", "(env -i /bin/sh $D/stay &)"),
        Arguments.of("with closed descriptors", "(setsid sh $D/stay <&- >&- 2>&- &)"),
        Arguments.of(
            "by all of these, and deaf to SIGTERM",
            "trap '' TERM HUP; (setsid env -i /bin/sh -c \"/bin/sh $D/stay <&- >&- 2>&- &\" &)"),
        Arguments.of("while it is stopped", "(setsid sh $D/stay & sleep 0.2; kill -STOP $!)"),
        Arguments.of("in another folder", "cd /; (setsid sh $D/stay &)"));
  }

  @ParameterizedTest(name = "that hides {0}")
  @MethodSource("hidings")
  void sweepsAndNames(String how, String command) throws Exception {
    Path stay = ground.script("stay", Ground.STUBBORN).toRealPath();
    Child child = guardian.spawn(ground.sh("hide", "D=" + folder.toRealPath() + "; " + command));
    assertThat(Ground.end(child).ok()).isTrue();
    ground.awaitRunning(1);
    List<Survivor> swept = guardian.sweep(GRACE);
    assertThat(ground.left()).isEmpty();
    assertThat(swept).anyMatch(survivor -> survivor.command().endsWith("sh " + stay));
    assertThat(guardian.sweep(Duration.ZERO)).isEmpty();
  }

  @Test
  @DisplayName("that hides behind a leader whose first thread has ended")
  void leaderWithoutFirstThread() throws Exception {
    assumeTrue(Ground.have("python3"));
    String program =
        "import threading,time,ctypes\n"
            + "threading.Thread(target=lambda: time.sleep(60)).start()\n"
            + "ctypes.CDLL(None).syscall(60 if __import__('os').uname().machine == 'x86_64' else"
            + " 93, 0)";
    Path script = ground.script("threads.py", program);
    Child child = guardian.spawn(ground.sh("run", "setsid python3 " + script + " & sleep 0.5"));
    Ground.end(child);
    assertThat(guardian.sweep(Duration.ZERO)).hasSize(1);
    assertThat(guardian.sweep(Duration.ZERO)).isEmpty();
  }

  @Test
  @DisplayName("and what leaves by itself within the grace is no leak")
  void graceIsUsed() throws Exception {
    Ground.end(guardian.spawn(ground.sh("late", "(setsid sleep 0.3 &)")));
    long start = System.nanoTime();
    assertThat(guardian.sweep(Duration.ofSeconds(10))).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(100), Duration.ofSeconds(3));
  }

  @Test
  @DisplayName("but a service that still runs is left alone, with all that is below it")
  void serviceStays() throws Exception {
    ground.script("stay", Ground.MEEK);
    Child service =
        guardian.spawn(
            ground.sh("service", "sh " + folder + "/stay & setsid sh " + folder + "/stay & wait"));
    Child disowned = guardian.spawn(ground.sh("other", "(sh " + folder + "/stay &); sleep 60"));
    ground.awaitRunning(5);
    assertThat(guardian.sweep(Duration.ZERO)).isEmpty();
    Ground.end(guardian.spawn(ground.sh("leak", "(setsid sh " + folder + "/stay &)")));
    ground.awaitRunning(6);
    assertThat(guardian.sweep(Duration.ZERO)).isNotEmpty();
    ground.awaitExactly(5);
    assertThat(service.exit()).isNotDone();
    assertThat(disowned.exit()).isNotDone();
    assertThat(guardian.clear(Duration.ofSeconds(5)))
        .as("ended as parts of running children")
        .isEmpty();
    assertThat(Ground.end(service).describe()).isEqualTo("killed by SIGTERM (15)");
    assertThat(Ground.end(disowned).describe()).isEqualTo("killed by SIGTERM (15)");
  }

  @Test
  @DisplayName("when all is cleared, and what hid is named")
  void clearNames() throws Exception {
    ground.script("stay", Ground.STUBBORN);
    Ground.end(guardian.spawn(ground.sh("leak", "(setsid sh " + folder + "/stay &)")));
    Child running = guardian.spawn(ground.sh("service", Ground.STUBBORN));
    ground.awaitRunning(2);
    List<Survivor> named = guardian.clear(GRACE);
    assertThat(named).anyMatch(survivor -> survivor.command().contains("/stay"));
    assertThat(named).noneMatch(survivor -> survivor.command().contains("/service"));
    assertThat(Ground.end(running).describe()).isEqualTo("killed by SIGKILL (9)");
    assertThat(ground.left()).isEmpty();
    assertThat(Ground.end(guardian.spawn(ground.spawn("true"))).ok()).as("usable").isTrue();
  }

  @Test
  @DisplayName("that goes on forking while it is killed")
  void forkForever() throws Exception {
    ground.script(
        "tree", "trap '' TERM; [ $1 -gt 0 ] && while :; do sh $0 $(($1-1)) & sleep 0.01; done");
    guardian.spawn(ground.spawn("sh", folder.toRealPath() + "/tree", "2"));
    ground.awaitRunning(20);
    long start = System.nanoTime();
    guardian.clear(Duration.ZERO);
    assertThat(ground.left()).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  @DisplayName("that forks its successor, in a new session each time, and ends at once")
  void hopper() throws Exception {
    assumeTrue(Ground.have("perl"));
    String hop = "use POSIX; $SIG{TERM}='IGNORE'; while (1) { exit if fork; POSIX::setsid(); }";
    Path script = ground.script("hop.pl", hop);
    for (int i = 0; i < 3; i++) {
      Ground.end(guardian.spawn(ground.spawn("perl", script.toString())));
      Ground.pause(50);
      assertThat(guardian.clear(Duration.ZERO))
          .noneMatch(survivor -> survivor.command().startsWith("[a process"));
      assertThat(ground.left()).isEmpty();
      assertThat(guardian.sweep(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  @DisplayName("and two guardians at once don't touch one another's")
  void twoGuardians() throws Exception {
    ground.script("stay", Ground.STUBBORN);
    Spawn leak = ground.sh("leak", "(setsid env -i /bin/sh " + folder + "/stay &)");
    try (Guardian other = Guardian.start()) {
      Ground.end(other.spawn(leak));
      Child service = other.spawn(ground.sh("service", Ground.STUBBORN));
      Ground.end(guardian.spawn(leak));
      ground.awaitRunning(3);
      assertThat(guardian.sweep(Duration.ZERO)).isNotEmpty();
      guardian.clear(Duration.ZERO);
      ground.awaitExactly(2);
      assertThat(service.exit()).isNotDone();
      assertThat(other.sweep(Duration.ZERO)).isNotEmpty();
      ground.awaitExactly(1);
    }
  }

  @Test
  @DisplayName("and a survivor's command line can't play tricks on a terminal")
  void safeNames() throws Exception {
    Ground.end(
        guardian.spawn(
            ground.spawn(
                "sh",
                "-c",
                "(setsid sh -c 'sleep 60; :' \"$1\" &)",
                "x",
                "\033[31m\n\u202e" + "y".repeat(500))));
    List<Survivor> swept = guardian.sweep(Duration.ofMillis(100));
    String command =
        swept.stream().filter(s -> s.command().contains("yyy")).findFirst().orElseThrow().command();
    assertThat(command).contains("\\x1b[31m\\x0a\\u{202e}yyy").hasSize(200).endsWith("y…");
  }

  @Test
  @DisplayName("when a child is ended: SIGTERM to its whole tree, and that is enough for most")
  void endsMeek() throws Exception {
    ground.script("stay", Ground.MEEK);
    Child child = guardian.spawn(ground.sh("step", "sh " + folder + "/stay & wait"));
    ground.awaitRunning(2);
    long start = System.nanoTime();
    child.end(Duration.ofSeconds(10));
    assertThat(Ground.end(child).describe()).isEqualTo("killed by SIGTERM (15)");
    ground.awaitNothingLeft(Duration.ofSeconds(2));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  @DisplayName("when a child is ended: SIGKILL after the grace, also to what its end has orphaned")
  void endsStubborn() throws Exception {
    ground.script("stay", Ground.STUBBORN);
    Child child =
        guardian.spawn(
            ground.sh("step", "(sh " + folder + "/stay &); setsid sh " + folder + "/stay & wait"));
    Child other = guardian.spawn(ground.sh("other", Ground.STUBBORN));
    ground.awaitRunning(4);
    child.end(Duration.ofMillis(1500));
    assertThat(Ground.end(child).describe()).isEqualTo("killed by SIGTERM (15)");
    ground.awaitExactly(3);
    ground.awaitExactly(1);
    assertThat(other.exit()).isNotDone();
    other.end(Duration.ZERO);
    other.end(Duration.ZERO);
    assertThat(Ground.end(other).describe()).isEqualTo("killed by SIGKILL (9)");
    other.end(Duration.ZERO);
  }

  @Test
  @DisplayName("when a second, hasty end follows a patient one")
  void secondEnd() throws Exception {
    Child child = guardian.spawn(ground.sh("step", Ground.STUBBORN));
    ground.awaitRunning(1);
    child.end(Duration.ofSeconds(60));
    Ground.pause(100);
    assertThat(child.exit()).isNotDone();
    child.end(Duration.ZERO);
    assertThat(Ground.end(child).describe()).isEqualTo("killed by SIGKILL (9)");
  }

  @Test
  @DisplayName("and a child started while others are swept is not swept")
  void spawnDuringSweep() throws Exception {
    Thread sweeper =
        new Thread(() -> {
          for (int i = 0; i < 200; i++) {
            assertThat(guardian.sweep(Duration.ZERO)).isEmpty();
          }
        });
    Child service = guardian.spawn(ground.sh("service", Ground.MEEK));
    sweeper.start();
    int failed = 0;
    for (int i = 0; i < 150; i++) {
      failed += Ground.end(guardian.spawn(ground.spawn(Map.of(), "/bin/true"))).ok() ? 0 : 1;
    }
    sweeper.join();
    assertThat(failed).isZero();
    assertThat(service.exit()).isNotDone();
  }
}
