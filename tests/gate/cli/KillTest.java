package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Dgate.kills} says how often; {@code -Dgate.seed} which moments. */
@DisplayName("A run that is killed over and over")
class KillTest {
  private static final int MOST_MILLIS = 2500;

  @TempDir Path temp;

  private Checkout project() {
    Checkout project =
        new Checkout(temp)
            .legs(
                "a: { title: A }",
                "b: { title: B, needs: [a] }",
                "c: { title: C, retries: 1, allow: [flaky] }",
                "d: { title: D, needs: [c] }",
                "e: { title: E }",
                "f: { title: F, needs: [e] }",
                "g: { title: G, allow: [leaked] }")
            .file(".gitignore", ".cccc\nout*\n");
    for (String leg : new String[] {"a", "b", "c", "d", "f"}) {
      project.leg(
          leg,
          """
          step('one') { exec('sleep', '0.1'); exec('echo', 'ä') }
          step('two') { shell('sleep 0.2; echo two >&2') }
          """);
    }
    return project
        .leg(
            "e",
            "step('it fails') { shell('sleep 0.2; exit 3') }\nstep('never') { exec('true') }\n")
        .leg("g", "step('it works') { exec('sleep', '0.3') }\n")
        .commit();
  }

  @Test
  void ends_with_the_reports_of_one_that_was_left_alone() throws Exception {
    int kills = Integer.getInteger("gate.kills", 12);
    long seed = Long.getLong("gate.seed", System.nanoTime());
    System.out.println("-Dgate.seed=" + seed);
    Random random = new Random(seed);
    Checkout project = project();
    project.run("--log-dir", "out");
    String whole = Reports.withPage(Files.move(temp.resolve("out"), temp.resolve("out.whole")));
    for (int i = 0; i < kills; i++) {
      Process gate = start(project);
      boolean ended = gate.waitFor(random.nextInt(MOST_MILLIS), TimeUnit.MILLISECONDS);
      gate.destroyForcibly().waitFor();
      if (ended) {
        assertThat(gate.exitValue())
            .as("seed %d, kill %d: %s", seed, i, Checkout.read(temp.resolve("out.err")))
            .isEqualTo(1);
      }
    }
    assertThat(Files.exists(temp.resolve("out/events.jsonl"))).as("it ever began").isTrue();
    Checkout.Result last = project.run("--resume", "out");
    assertThat(last.verdict()).as(last.out() + last.err()).startsWith("RED");
    assertThat(Reports.withPage(temp.resolve("out"))).as("seed " + seed).isEqualTo(whole);
  }

  private Process start(Checkout project) throws Exception {
    Path out = temp.resolve("out.out");
    Path err = temp.resolve("out.err");
    Path journal = temp.resolve("out/events.jsonl");
    if (Files.exists(journal) && Files.size(journal) == 0) {
      Files.move(temp.resolve("out"), temp.resolve("out." + System.nanoTime())); // nothing began
    }
    return Files.exists(journal)
        ? project.start(out, err, "--resume", "out")
        : project.start(out, err, "--log-dir", "out");
  }
}
