package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run with --watch")
class WatchTest {
  private static final String DEFINITION =
      """
      name: test
      workspaces: { w: { path: crate } }
      legs: { one: { title: One }, two: { title: Two } }
      """;

  @TempDir Path temp;

  private Checkout project;
  private Path out;
  private Process gate;

  @BeforeEach
  void twoLegs() {
    out = temp.resolve("out");
    project =
        new Checkout(temp.resolve("project"))
            .file("matrix.yaml", DEFINITION)
            .file("crate/Cargo.toml", "[package]\nname = \"tiny\"\n")
            .file("crate/src/lib.rs", "// nothing\n")
            .file(".gitignore", "*.tmp\nnoise/\n.cccc/\n")
            .leg("one", "step('first') { exec('true') }\n")
            .leg("two", "step('a') { exec('true') }\n")
            .commit();
  }

  @AfterEach
  void end() throws Exception {
    if (gate != null) {
      gate.destroy();
      assertThat(gate.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private String said() {
    return Files.exists(out) ? Checkout.read(out) : "";
  }

  private long times(String text) {
    return said().lines().filter(it -> it.contains(text)).count();
  }

  private void awaits(String text, int times) throws Exception {
    Outside.await(60, () -> times(text) >= times || !gate.isAlive());
    assertThat(times(text)).as(said()).isEqualTo(times);
    assertThat(gate.isAlive()).as(said()).isTrue();
  }

  private void watches() throws IOException {
    gate = project.start(out, out, "one", "--watch");
  }

  @Test
  void runs_again_when_a_script_a_source_or_the_definition_changes() throws Exception {
    watches();
    awaits("; Ctrl-C ends this", 1);
    assertThat(said()).contains("GREEN  SELECTED: 1 leg").doesNotContain("> two");
    project.leg("one", "step('second') { exec('false') }\n");
    awaits("; Ctrl-C ends this", 2);
    assertThat(said()).contains("changed: `legs/one.groovy`", "> one 1 second", "RED");
    project.file("crate/src/lib.rs", "// something\n");
    awaits("; Ctrl-C ends this", 3);
    assertThat(said()).contains("changed: `crate/src/lib.rs`");
    project.file("matrix.yaml", DEFINITION + "# a comment\n");
    awaits("; Ctrl-C ends this", 4);
    assertThat(temp.resolve("project/.cccc/work/results")).doesNotExist();
  }

  @Test
  void waits_on_a_definition_or_a_script_that_is_wrong() throws Exception {
    project.file("matrix.yaml", "name: test\nlegz: {}\n");
    watches();
    awaits("; Ctrl-C ends this", 1);
    assertThat(said()).contains("matrix.yaml:2:1", "did you mean `legs`");
    project.file("matrix.yaml", DEFINITION);
    awaits("; Ctrl-C ends this", 2);
    assertThat(said()).contains("GREEN");
    project.leg("one", "step('a') { exce('true') }\n");
    awaits("; Ctrl-C ends this", 3);
    assertThat(said()).contains("legs/one.groovy:1:13");
    project.leg("one", "step('mended') { exec('true') }\n");
    awaits("> one 1 mended", 1);
  }

  @Test
  void minds_nothing_that_git_ignores_or_a_build_makes_or_that_is_no_part_of_its_legs()
      throws Exception {
    watches();
    awaits("; Ctrl-C ends this", 1);
    project
        .file("crate/target/debug/x", "built")
        .file("crate/src/a.tmp", "ignored")
        .file("crate/noise/x", "ignored")
        .file("crate/src/.lib.rs.swp", "an editor's")
        .leg("two", "step('changed') { exec('true') }\n");
    project.file("crate/src/new.rs", "// new\n");
    awaits("changed: ", 1);
    assertThat(said()).contains("changed: `crate/src/new.rs`\n");
  }

  @Test
  void doesn_t_start_itself_again_for_ever() throws Exception {
    project.leg("one", "step('a') { shell('date +%N > crate/src/made.rs') }\n");
    watches();
    awaits("itself; that starts none", 1);
    long runs = times("SELECTED: ");
    Thread.sleep(2_000);
    assertThat(times("SELECTED: ")).as(said()).isEqualTo(runs);
  }

  @Test
  void ends_at_ctrl_c() throws Exception {
    gate = project.startOnTerminal(out, "one", "--watch");
    awaits("; Ctrl-C ends this", 1);
    gate.getOutputStream().write(3);
    gate.getOutputStream().flush();
    assertThat(gate.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(gate.exitValue()).isEqualTo(130);
  }

  @Test
  void ends_at_ctrl_c_with_what_runs() throws Exception {
    String nap = "sleep " + (ProcessHandle.current().pid() * 10 + 7);
    project.leg("one", "step('a') { shell('" + nap + "') }\n");
    gate = project.startOnTerminal(out, "one", "--watch");
    assertThat(Outside.await(60, () -> !Outside.running(nap).isEmpty())).isTrue();
    gate.getOutputStream().write(3);
    gate.getOutputStream().flush();
    assertThat(gate.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(gate.exitValue()).isEqualTo(130);
    assertThat(said()).contains("INTERRUPTED");
    assertThat(Outside.running(nap)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "--watch¦--watch runs the legs that you name again; name some",
        "noe --watch¦there is no leg `noe`; did you mean `one`?",
        "one --watch --last-failed¦leave out --resume and --last-failed",
        "one --watch --log-dir somewhere¦each with a folder of its own; unset LOG_DIR",
        "one --watch --retries 9¦--retries 9",
        "one --watch --set NO_SUCH=1¦NO_SUCH",
      })
  void is_refused_for(String words, String says) {
    Checkout.Result refused = project.run(words.split(" "));
    assertThat(refused.err()).contains(says);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.code()).isEqualTo(2);
  }
}
