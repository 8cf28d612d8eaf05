package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A run whose output nobody reads")
class UnreadTest {
  private static final int STEPS = 400;

  @TempDir Path temp;

  private Process start() throws Exception {
    Checkout project =
        new Checkout(temp)
            .one("(1..%d).each { step('s' * 190 + it) { exec('true') } }\n".formatted(STEPS));
    return project
        .builder(java.util.List.of("sh", "-c", "exec " + project.command()))
        .redirectErrorStream(true)
        .start();
  }

  private boolean finished() {
    Path folder = temp.resolve(".cccc/work/integration-matrix");
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> runs = Files.list(folder)) {
      return runs.map(run -> run.resolve("events.jsonl"))
          .anyMatch(it -> Files.exists(it) && Checkout.read(it).contains("run-finished"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void comes_to_its_end_and_whoever_reads_late_gets_all_of_it() throws Exception {
    Process gate = start();
    try (InputStream out = gate.getInputStream()) {
      assertThat(Outside.await(100, this::finished)).isTrue();
      assertThat(gate.isAlive()).as("it waits for its reader").isTrue();
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(text.lines().filter(line -> line.startsWith("  + one "))).hasSize(STEPS);
      assertThat(text).contains("GREEN  1 leg, 400 steps passed");
      assertThat(gate.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(gate.exitValue()).isZero();
    } finally {
      gate.destroyForcibly();
    }
  }

  @Test
  void comes_to_its_end_and_its_verdict_when_the_reader_goes_away() throws Exception {
    Process gate = start();
    try {
      assertThat(gate.getInputStream().read()).isPositive();
      gate.getInputStream().close();
      assertThat(gate.waitFor(100, TimeUnit.SECONDS)).isTrue();
      assertThat(gate.exitValue()).isZero();
      assertThat(finished()).isTrue();
    } finally {
      gate.destroyForcibly();
    }
  }
}
