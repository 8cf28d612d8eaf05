package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The shell of --shell")
class StepShellTest {
  @TempDir Path temp;

  private static String nap(int number) {
    return "sleep " + (ProcessHandle.current().pid() * 10 + number);
  }

  @Test
  void opens_where_a_step_failed_with_its_environment_and_its_command_and_ends_with_all_in_it()
      throws Exception {
    Checkout project =
        new Checkout(temp)
            .legs("one: { title: One, timeout: 3s, env: { OF_THE_LEG: yes-it-is } }")
            .leg(
                "one",
                "step('fine') { exec('true') }\n"
                    + "step('bad') { shell('echo again-$((40 + 2)); exit 3') }\n");
    Path out = temp.resolve("out");
    Process gate = project.startOnTerminal(out, "--shell");
    try {
      until(gate, out, "(one 2) $ ");
      Thread.sleep(3500); // the leg's timeout stands still meanwhile
      type(gate, "again\n");
      until(gate, out, "again-42");
      type(gate, "echo the-env-$OF_THE_LEG; " + nap(1) + " & (setsid " + nap(2) + " &); jobs\n");
      until(gate, out, "the-env-yes-it-is");
      type(gate, "exit\n");
      type(gate, "exit\n");
      assertThat(gate.waitFor(60, TimeUnit.SECONDS)).as(Checkout.read(out)).isTrue();
    } finally {
      gate.destroyForcibly();
    }
    assertThat(Checkout.read(out))
        .contains("leg one, step 2 `bad`: ")
        .contains("`again` repeats: ")
        .contains("RED");
    assertThat(gate.exitValue()).isEqualTo(1);
    assertThat(Checkout.processes(nap(1))).isEmpty();
    assertThat(Checkout.processes(nap(2))).isEmpty();
  }

  private static void until(Process gate, Path out, String text) throws Exception {
    while (!Files.exists(out) || !Checkout.read(out).contains(text)) {
      assertThat(gate.isAlive()).as(Checkout.read(out)).isTrue();
      Thread.sleep(20);
    }
  }

  private static void type(Process gate, String text) throws IOException {
    gate.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    gate.getOutputStream().flush();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "no terminal¦--shell¦--shell needs a terminal",
        "several legs at once¦--shell -j 2¦legs run one at a time; leave out -j 2",
      })
  void is_refused_for(String what, String words, String says) {
    Checkout.Result refused =
        new Checkout(temp).one("step('a') { exec('true') }\n").run(words.split(" "));
    assertThat(refused.err()).contains(says);
    assertThat(refused.code()).isEqualTo(2);
  }
}
