package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Ctrl-C on a terminal")
@EnabledOnOs(OS.LINUX)
class StopTest {
  @TempDir Path temp;
  private final String nap = "sleep " + (ProcessHandle.current().pid() * 10 + 5_000_000_000L);
  private Path out;
  private Process terminal;

  /** Its process is deaf to SIGTERM, so that an orderly end takes its grace of two seconds. */
  @BeforeEach
  void start() throws Exception {
    out = temp.resolve("out");
    terminal =
        new Checkout(temp)
            .tmp(Files.createDirectory(temp.resolve("tmp")))
            .one(
                "step('a') { shell('trap \"\" TERM INT; (setsid %s &); touch started; %s') }\n"
                    .formatted(nap, nap))
            .startOnTerminal(out);
    assertThat(Outside.await(90, this::started)).as(Checkout.read(out)).isTrue();
  }

  private boolean started() {
    return Files.exists(temp.resolve("started")) && Outside.running(nap).size() >= 2;
  }

  @AfterEach
  void end() throws Exception {
    terminal.destroyForcibly().waitFor();
    assertThat(Outside.await(20, () -> Outside.running(nap).isEmpty())).isTrue();
  }

  private void ctrlC() throws Exception {
    terminal.getOutputStream().write(3);
    terminal.getOutputStream().flush();
  }

  private Path file(String name) throws Exception {
    try (Stream<Path> runs = Files.list(temp.resolve(".cccc/work/integration-matrix"))) {
      return runs.findFirst().orElseThrow().resolve(name);
    }
  }

  @Test
  void once_ends_all_in_order_and_writes_the_reports() throws Exception {
    ctrlC();
    assertThat(terminal.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(terminal.exitValue()).isEqualTo(130);
    assertThat(Outside.running(nap)).isEmpty();
    assertThat(Checkout.read(out)).contains("INTERRUPTED", "told to stop");
    assertThat(file("junit.xml")).exists();
    assertThat(file("summary.md")).content().contains("INTERRUPTED");
    assertThat(file("events.jsonl")).content().contains("run-finished");
    assertThat(temp.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void twice_ends_all_at_once() throws Exception {
    ctrlC();
    assertThat(Outside.await(30, () -> Checkout.read(out).contains("^C"))).isTrue();
    Thread.sleep(300); // still in the grace
    assertThat(Outside.running(nap)).as("the orderly end takes its time").isNotEmpty();
    ctrlC();
    assertThat(terminal.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(terminal.exitValue()).isEqualTo(130);
    assertThat(file("events.jsonl")).content().doesNotContain("run-finished");
    Path run = file("events.jsonl").getParent();
    assertThat(Checkout.read(out))
        .containsPattern(
            "(?m)^matrix: ended at once; `./jbang matrix.java --resume %1$s` goes on with it, `./jbang matrix.java clean %1$s` clears what it left\r?$"
                .formatted(run));
    assertThat(Outside.await(10, () -> Outside.running(nap).isEmpty())).isTrue();
    List<Long> left = Outside.running(temp.toString());
    assertThat(left).isEmpty();
  }
}
