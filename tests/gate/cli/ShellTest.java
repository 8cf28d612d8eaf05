package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@DisplayName("In a shell")
class ShellTest {
  @TempDir Path temp;

  private static void have(String program) {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(it -> Files.isExecutable(Path.of(it, program))),
        "no " + program);
  }

  private String run(List<String> argv) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(argv).directory(temp.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  private Path script(String shell) throws IOException {
    String text =
        new Checkout(temp).one("step('a') { exec('true') }\n").run("completion", shell).out();
    return Files.writeString(temp.resolve("completion." + shell), text);
  }

  @ParameterizedTest
  @CsvSource({"bash", "zsh", "fish"})
  void the_completion_script_can_be_read(String shell) throws Exception {
    have(shell);
    run(List.of(shell, "-n", script(shell).toString()));
  }

  @Test
  void bash_completes_commands_and_options() throws Exception {
    have("bash");
    String script =
        """
        source %s
        COMP_WORDS=(matrix %s); COMP_CWORD=1; COMP_LINE='matrix %s'; COMP_POINT=${#COMP_LINE}
        _complete_matrix; printf '%%s\\n' "${COMPREPLY[@]}"
        """;
    Path completion = script("bash");
    assertThat(run(List.of("bash", "-c", script.formatted(completion, "pl", "pl"))))
        .contains("plan");
    assertThat(run(List.of("bash", "-c", script.formatted(completion, "--dr", "--dr"))))
        .contains("--dry-run");
  }

  @Test
  void fish_completes_commands_options_and_legs() throws Exception {
    have("fish");
    Path completion = script("fish");
    String script = "function matrix; echo 'one  One'; end; source %s; complete -C 'matrix %s'";
    assertThat(run(List.of("fish", "-c", script.formatted(completion, "pl"))))
        .contains("plan\tShows what would run");
    assertThat(run(List.of("fish", "-c", script.formatted(completion, "show o")))).contains("one");
    assertThat(run(List.of("fish", "-c", script.formatted(completion, "--dr"))))
        .contains("--dry-run");
  }

  @Test
  void the_man_page_has_no_faults() throws Exception {
    have("groff");
    Path page =
        Files.writeString(
            temp.resolve("matrix.1"),
            new Checkout(temp).one("step('a') { exec('true') }\n").run("man").out());
    assertThat(
            run(List.of("groff", "-man", "-Tutf8", "-ww", page.toString())).replaceAll(".\b", ""))
        .contains("--dry-run", "EXIT STATUS", "INTERRUPTED")
        .doesNotContain("warning");
  }

  @Test
  void help_is_everywhere() {
    Checkout project = new Checkout(temp).one("step('a') { exec('true') }\n");
    String all = project.run("--help").out();
    assertThat(all).contains("Exit codes:", "130");
    for (String command : Matrix.COMMANDS) {
      assertThat(all).contains("\n  " + command + " ");
      Checkout.Result help = project.run(command, "-h");
      assertThat(help.out()).contains("Usage: matrix " + command);
      assertThat(help.code()).isZero();
    }
  }

  @Test
  void the_version_is_told_behind_every_command() {
    assertVersionBehind(Matrix.commandLine(InProcess.world(temp)), List.of());
  }

  private void assertVersionBehind(CommandLine command, List<String> words) {
    for (String option : List.of("-V", "--version")) {
      List<String> more = new ArrayList<>(words);
      more.add(option);
      assertThat(InProcess.run(temp, List.of(), more.toArray(String[]::new)))
          .as("%s", more)
          .isEqualTo(new Checkout.Result(0, "matrix " + Version.GATE + "\n", "", temp));
    }
    command
        .getSubcommands()
        .forEach((name, below) -> {
          List<String> more = new ArrayList<>(words);
          more.add(name);
          assertVersionBehind(below, more);
        });
  }

  @ParameterizedTest(name = "matrix {0}")
  @ValueSource(
      strings = {"schema", "list --json", "export github", "completion bash", "--help", "one"})
  @EnabledOnOs(OS.LINUX)
  void output_that_a_full_disk_cuts_off_is_never_a_success(String words) {
    Checkout project = new Checkout(temp).one("step('a') { exec('true') }\n");
    Checkout.Result full =
        project.shell(
            project.command(words.split(" ")) + " > /dev/full || code=$?; exit ${code-0}");
    assertThat(full.err())
        .isEqualTo("matrix: cannot write to standard output: No space left on device\n");
    assertThat(full.code()).isEqualTo(2);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void output_that_can_t_be_written_leaves_another_exit_code_as_it_is() {
    Checkout project = new Checkout(temp).one("step('a') { exec('false') }\n");
    Checkout.Result full = project.shell(project.command() + " > /dev/full");
    assertThat(full.err()).contains("matrix: cannot write to standard output: ");
    assertThat(full.code()).isEqualTo(1);
  }

  @Test
  void a_reader_that_has_gone_is_no_failure() {
    Checkout project = new Checkout(temp).one("step('a') { exec('true') }\n");
    Checkout.Result read =
        project.shell("{ " + project.command("schema") + "; echo $? > code; } | :");
    assertThat(read.err()).isEmpty();
    assertThat(temp.resolve("code")).hasContent("0");
  }

  @Test
  void a_command_may_stand_in_a_file_of_arguments() {
    Checkout project = new Checkout(temp).one("step('a') { exec('true') }\n");
    project.file("arguments", "list\n--json\n");
    assertThat(project.run("@arguments").out()).contains("\"leg\"", "\"one\"");
  }

  @Test
  void a_new_leg_can_be_run_at_once() {
    Checkout project = new Checkout(temp).one("step('a') { exec('true') }\n");
    assertThat(project.run("new", "second-leg").code()).isZero();
    assertThat(project.run("list").out()).contains("one  ", "second-leg  What second-leg shows");
    assertThat(project.run("lint").out()).contains("legs: 2, steps: 2, nothing wrong");
    assertThat(project.run("second-leg").out()).contains("GREEN");
    project.file("legs/stray.groovy", "step('a') { exec('true') }\n");
    assertThat(project.run("lint").err()).contains("legs/stray.groovy belongs to no leg");
  }

  @Test
  void json_is_for_other_programs() throws Exception {
    Checkout project = new Checkout(temp).one("step('a') { exec('true') }\n");
    var mapper = new com.fasterxml.jackson.databind.ObjectMapper();
    assertThat(mapper.readTree(project.run("list", "--json").out()).at("/0/leg").asText())
        .isEqualTo("one");
    var plan = mapper.readTree(project.run("plan", "--json", "--set", "DRY_RUN=1").out());
    assertThat(plan.at("/legs/0/steps/0/name").asText()).isEqualTo("a");
    assertThat(plan.at("/toggles/0/source").asText()).isEqualTo("--set");
    assertThat(
            mapper
                .readTree(project.run("show", "one", "--json").out())
                .at("/0/commands/0/text")
                .asText())
        .isEqualTo("true");
    mapper.readTree(project.run("schema").out());
  }
}
