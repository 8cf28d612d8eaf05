package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run with --keep")
class KeepTest {
  private static final Pattern ADDRESS = Pattern.compile("service tiny is up at (http://\\S+)");

  @TempDir Path temp;

  private Checkout project;
  private Path out;
  private Process gate;

  @BeforeEach
  void failingLeg() throws Exception {
    out = temp.resolve("out");
    project =
        TinyCrate.in(new Checkout(temp.resolve("project")), "crate")
            .tmp(Files.createDirectory(temp.resolve("tmp")))
            .file(
                "matrix.yaml",
                """
                name: test
                workspaces: { w: { path: crate } }
                services: { tiny: { health: /, start: { bin: tiny, args: ["{port}"] } } }
                legs:
                  one: { title: One, services: [tiny], timeout: 20s }
                """)
            .leg(
                "one", "step('a') { http.get(services.tiny.url()); exec('sh', '-c', 'exit 7') }\n");
  }

  @AfterEach
  void end() throws Exception {
    if (gate != null) {
      gate.destroyForcibly().waitFor();
    }
  }

  /** Runs until the step is kept, and gives the service's address. */
  private URI kept() throws Exception {
    gate = project.startOnTerminal(out, "--keep");
    Outside.await(100, () -> !gate.isAlive() || said().contains("until you press Enter"));
    assertThat(said()).contains("step 1 `a`: ", "exit code 7", "its log: ", "to repeat it: ");
    Matcher address = ADDRESS.matcher(said());
    assertThat(address.find()).as(said()).isTrue();
    return URI.create(address.group(1));
  }

  /** The processes of the service, which is a copy in the run's temporary folder. */
  private List<Long> services() {
    return Outside.running(temp.resolve("tmp") + "/matrix-");
  }

  private String said() {
    return Files.exists(out) ? Checkout.read(out) : "";
  }

  private static int status(URI address) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(address).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private void isCleared() throws Exception {
    assertThat(Outside.await(20, () -> Outside.running(temp.toString()).isEmpty())).isTrue();
    assertThat(temp.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void leaves_the_services_of_a_failed_step_up_until_enter_is_pressed() throws Exception {
    URI address = kept();
    assertThat(status(address)).isEqualTo(200);
    gate.getOutputStream().write('\n');
    gate.getOutputStream().flush();
    assertThat(gate.waitFor(60, TimeUnit.SECONDS)).as(said()).isTrue();
    assertThat(gate.exitValue()).isEqualTo(1);
    assertThat(said()).contains("RED");
    isCleared();
  }

  @Test
  void ends_with_all_of_it_at_ctrl_c() throws Exception {
    assertThat(status(kept())).isEqualTo(200);
    gate.getOutputStream().write(3);
    gate.getOutputStream().flush();
    assertThat(gate.waitFor(60, TimeUnit.SECONDS)).as(said()).isTrue();
    assertThat(gate.exitValue()).isEqualTo(130);
    assertThat(said()).contains("INTERRUPTED");
    isCleared();
  }

  @Test
  void leaves_nothing_behind_where_the_gate_is_killed() throws Exception {
    assertThat(status(kept())).isEqualTo(200);
    assertThat(services()).isNotEmpty();
    gate.descendants()
        .filter(it -> it.info().commandLine().orElse("").contains(" matrix --keep"))
        .forEach(ProcessHandle::destroyForcibly);
    assertThat(Outside.await(20, () -> services().isEmpty())).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "no terminal¦--keep¦--keep needs a terminal to wait on for Enter",
        "several legs at once¦--keep -j 2¦legs run one at a time; leave out -j 2",
      })
  void is_refused_for(String what, String words, String says) {
    Checkout.Result refused = project.run(words.split(" "));
    assertThat(refused.err()).contains(says);
    assertThat(refused.code()).isEqualTo(2);
  }
}
