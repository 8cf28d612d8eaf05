package gate.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fallback can't be had in a JVM that has the whole, so each test's gate is a JVM of its own.
 */
@DisplayName("Where the platform offers no better")
@DisabledOnOs(OS.WINDOWS)
class FallbackTest {
  private static final List<String> FALLBACK = List.of("-D" + Platform.FALLBACK + "=true");

  @TempDir Path folder;
  private Ground ground;

  @BeforeEach
  void ground() {
    ground = new Ground(folder);
    ground.script("stay", Ground.STUBBORN);
    ground.script("background", "sh " + ground.folder() + "/stay & wait");
  }

  @AfterEach
  void nothingLeft() {
    ground.awaitNothingLeft(Duration.ofSeconds(2));
  }

  @Test
  @DisplayName(
      "processes are started, swept, ended and cleared all the same, and the limit is told")
  void works() throws Exception {
    Process main = Ground.java(FALLBACK, FallbackMain.class, ground.folder().toString()).start();
    String told = new String(main.getInputStream().readAllBytes());
    assertThat(main.waitFor()).isZero();
    assertThat(told.lines())
        .containsExactly(
            "limits: processes that leave their parent (setsid, double fork) may outlive the run on"
                + " this platform",
            "exit code 7",
            "failed: `carg0` not found in PATH (/usr/local/bin:/usr/bin:/bin)",
            "failed: folder `" + ground.folder() + "/gone` does not exist",
            "swept: []",
            "ended: killed by SIGKILL (9)",
            "cleared: []",
            "left: []",
            "lost: true");
    assertThat(Files.readString(ground.log())).startsWith("out\nerr\nA=1\n");
  }

  @Test
  @DisplayName("they end with the gate, when that is killed")
  void gateDies() throws Exception {
    Process gate =
        Ground.java(FALLBACK, GateMain.class, folder.toString(), ground.folder() + "/background")
            .start();
    try (var told = gate.inputReader()) {
      told.readLine();
      ground.awaitRunning(4);
      gate.destroyForcibly();
      assertThat(gate.waitFor(5, TimeUnit.SECONDS)).isTrue();
    }
  }
}
