package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("With exit code 2 and nothing run, a helpful sentence comes for")
class RefusalTest {
  private static final String YAML =
      """
      name: test
      toggles:
        SKIP_PLASMA: { type: flag }
        PLASMA_E2E: { type: flag }
        PLASMA_ACCEL: { type: choice, values: [auto, kvm, tcg], default: auto }
        PLASMAVMC_QEMU_PATH: { type: path }
        PLASMAVMC_QCOW2_PATH: { type: path }
      not-toggles: [PLASMA_E3E]
      legs:
        first-leg: { title: First }
        second-leg: { title: Second, needs: [first-leg] }
      """;

  @TempDir Path temp;
  private Checkout project;

  @BeforeEach
  void project() {
    project =
        new Checkout(temp)
            .file("matrix.yaml", YAML)
            .leg("first-leg", "step('a') { exec('true') }\n")
            .leg("second-leg", "step('a') { exec('true') }\n");
  }

  private void refused(Checkout.Result result, String... parts) {
    assertThat(result.err()).contains(parts).doesNotContain("Exception", "\tat ");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).doesNotContain("GREEN", "PARTIAL", "RED");
    assertThat(temp.resolve(".cccc/work/integration-matrix")).doesNotExist();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "SKIP_PLASM|1|did you mean `SKIP_PLASMA`?",
        "SKIP_PLASMAS|1|did you mean `SKIP_PLASMA`?",
        "DRYRUN|1|did you mean `DRY_RUN`?",
        "LOGDIR|/tmp/x|did you mean `LOG_DIR`?",
        "MATRIX_SKIP|1|no toggle has that name",
        "PLASMA_E2E|maybe|PLASMA_E2E is a flag: 1, true, yes or on turn it on",
        "DRY_RUN|perhaps|DRY_RUN is a flag",
        "PLASMA_ACCEL|kwm|is one of auto, kvm, tcg (did you mean `kvm`?)",
        "PLASMAVMC_QEMU_PAHT|x|did you mean `PLASMAVMC_QEMU_PATH`?",
        "PLASMAVMC_HOST||"
      })
  void a_variable(String name, String value, String sentence) {
    Checkout.Result result = project.env(name, value == null ? "" : value).run();
    if (sentence == null) {
      assertThat(result.code()).isZero(); // no toggle of this definition is like it
    } else {
      refused(result, name, sentence);
    }
  }

  @Test
  void options_before_a_command_which_would_be_lost() {
    for (String[] words : new String[][] {{"-f", "x", "list"}, {"one", "list"}}) {
      Checkout.Result result = new Checkout(temp).one("step('a') { exec('true') }\n").run(words);
      assertThat(result.err()).contains("what stands before `list` belongs behind it");
      assertThat(result.code()).isEqualTo(2);
    }
  }

  @Test
  void a_log_folder_that_git_knows_files_of() {
    project.commit();
    refused(project.run("--log-dir", "legs"), "LOG_DIR", "which is looked at for changes");
    assertThat(project.run("--log-dir", "out").verdict()).startsWith("GREEN");
    project.file(".gitignore", "out/\n").file("out/kept", "");
    assertThat(project.run("--log-dir", "out/other").verdict()).startsWith("GREEN");
  }

  @Test
  void a_variable_that_is_listed_as_no_toggle_is_none() {
    assertThat(project.env("PLASMA_E3E", "1").run().code()).isZero();
  }

  @ParameterizedTest(name = "matrix {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "frist-leg|there is no leg `frist-leg`; did you mean `first-leg`?",
        "zzz*|there is no leg `zzz*`; the legs are first-leg, second-leg",
        "lits|there is no leg and no command `lits`; did you mean `matrix list`?",
        "--dry-rnu|there is no option `--dry-rnu`; did you mean `--dry-run`?",
        "--set SKIP_PLASM=1|did you mean `SKIP_PLASMA`?",
        "--set SKIP_PLASMA|--set `SKIP_PLASMA` has no value",
        "--set SKIP_PLASMA=x|SKIP_PLASMA is a flag",
        "-j 0|-j 0: from 1 to 64 legs",
        "-j x|-j x: from 1 to 64 legs can run side by side",
        "-j 99999999999|-j 99999999999: from 1 to 64 legs",
        "--repeat x|--repeat x: a leg can be run 1 to 1000 times",
        "--retries x|--retries x: a leg can be tried again 0 to 5 times",
        "export github --shards x|--shards x: from 1 to 1000 shards can be made",
        "report --serve --port x|--port x: a port is from 0 to 65535",
        "evidence prune --keep x|--keep x: from 1 to 10000 of the latest can stay",
        "--retries 9|--retries 9: a leg can be tried again 0 to 5 times",
        "--last-failed|there is no run yet",
        "-f nowhere.yaml|nowhere.yaml: there is no such file",
        "report|there is no run yet",
        "report 20200101T000000Z|there is no run `20200101T000000Z`",
        "show nothing|there is no leg `nothing`",
        "completion tcsh|expected one of [bash, zsh, fish]",
        "new First|can't name a leg",
        "new first-leg|there is a leg `first-leg` already"
      })
  void arguments(String arguments, String sentence) {
    refused(project.run(arguments.split(" ")), sentence);
  }

  @ParameterizedTest(name = "matrix {0} \"\"")
  @CsvSource(
      delimiter = '|',
      value = {
        "report --to|--to names no folder; leave it out, or say which",
        "trace --to|--to names no folder; leave it out for the run's own",
        "doctor|doctor knows nothing of ``; there is all, kvm, qemu, services, toolchain"
      })
  void an_empty_argument(String arguments, String sentence) {
    assertThat(project.run().code()).isZero();
    List<String> words = new ArrayList<>(List.of(arguments.split(" ")));
    words.add("");
    Checkout.Result result = project.run(words.toArray(String[]::new));
    assertThat(result.err()).contains(sentence);
    assertThat(result.code()).isEqualTo(2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "an unknown key|titel: x, title: First|matrix.yaml:10:16: |did you mean `title`?",
        "a cycle|title: First, needs: [second-leg]|matrix.yaml:10:|first-leg",
        "an unknown need|title: First, needs: [thrid-leg]|matrix.yaml:10:|unknown leg `thrid-leg`",
        "an unknown unit|title: First, timeout: 5min|matrix.yaml:10:|did you mean `5m`?"
      })
  void a_definition_with(String what, String leg, String place, String sentence) {
    project.file(
        "matrix.yaml", YAML.replace("first-leg: { title: First }", "first-leg: { " + leg + " }"));
    refused(project.run(), place, sentence);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "exec()|`exec` needs a command",
        "exec('')|`exec` needs a command",
        "exec('a', expect: 'a')|expect: a: it is a number",
        "http.get('nope')|http: `nope` is no URL",
        "await('a', within: '5 s') { true }|within: `5 s` is no length of time",
        "await('a') { true }|`await('a')` asks nothing: what it waits for holds without an action",
      })
  void lint_by_a_dry_walk_for(String action, String sentence) {
    project.leg("first-leg", "\nstep('a') { " + action + " }\n");
    refused(project.run("lint"), "legs/first-leg.groovy:2: ", sentence);
  }

  @Test
  void lint_only_where_a_dry_run_can_know_it() {
    project.leg(
        "first-leg",
        """
        def said
        step('a') { said = exec('date').output() }
        step('b') { exec('echo', said) }
        """);
    project.leg(
        "second-leg",
        """
        step('a') { exec(toggles.PLASMAVMC_QEMU_PATH.value(), '--version') }
        step('b') { tempDir().split('/')[9].size() }
        step('c') { fail 'not yet' }
        step('d') { await('it') { tempDir().startsWith('/tmp/matrix') || exec('true') } }
        step('e') { await('it') { files.exists('x') } }
        step('f') { await('it') { exec('true').code() == 0 } }
        """);
    Checkout.Result lint = project.run("lint");
    assertThat(lint.out()).as(lint.err()).contains("nothing wrong");
  }

  @Test
  void a_step_that_never_ends_whoever_walks_it() {
    project.leg("first-leg", "step('x') { while (true) { } }\n");
    String says = "step `x` of leg `first-leg` didn't come to its end in 5 s";
    refused(project.run("lint"), says);
    assertThat(project.run("show", "first-leg").out()).contains(says);
    assertThat(project.run("--dry-run").out()).contains(says, "DRY");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "step('a') { exec('true' }|legs/first-leg.groovy:1:",
        "stepp('a') { exec('true') }|did you mean `step`?",
        "step('a') { System.exit(0) }|`exit` can't be used in a leg",
        "exec('true')|first-leg.groovy:1: `exec` stands outside a step",
        "step('a') { exec('true') }; step('a') { }|two steps are called `a`",
        "step('a') { exec('true') }; while (true) { }|didn't come to its end"
      })
  void a_script(String script, String sentence) {
    project.leg("first-leg", script + "\n");
    refused(project.run(), sentence);
  }

  @Test
  void a_script_that_is_missing() throws IOException {
    Files.move(temp.resolve("legs/first-leg.groovy"), temp.resolve("legs/frist-leg.groovy"));
    refused(
        project.run(),
        "legs/first-leg.groovy: there is no such script for leg `first-leg`",
        "there is `frist-leg.groovy`; give both one name");
  }

  @Test
  void errors_of_several_scripts_all_at_once() {
    project.leg("first-leg", "stepp('a') { }\n").leg("second-leg", "\nstep('b') { exce('x') }\n");
    refused(
        project.run(),
        "legs/first-leg.groovy:1:1: there is no `stepp`",
        "legs/second-leg.groovy:2:13: there is no `exce`",
        "did you mean `exec`?",
        "2 errors");
  }

  @Test
  void a_folder_that_can_not_be_written_to() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    refused(project.env("LOG_DIR", file.toString()).run(), "LOG_DIR " + file + " is a file");
    refused(
        project.env("LOG_DIR", file.resolve("below").toString()).run(),
        "LOG_DIR " + file + "/below can't be made");
    refused(project.env("LOG_DIR", "/proc/here").run(), "LOG_DIR /proc/here can't be made");
  }

  @Test
  void a_folder_that_holds_what_is_tested() {
    for (String folder : List.of(".", temp.getParent().toString())) {
      refused(project.env("LOG_DIR", folder).run(), "holds what is tested, " + temp);
    }
  }

  @Test
  void a_folder_that_holds_a_run_already() {
    Path runs = temp.resolve("runs");
    project.env("LOG_DIR", runs.toString());
    assertThat(project.run().code()).isZero();
    String journal = Checkout.read(runs.resolve("events.jsonl"));
    refused(project.run(), "LOG_DIR " + runs + " holds a run already", "report");
    assertThat(Checkout.read(runs.resolve("events.jsonl"))).isEqualTo(journal);
  }

  @Test
  void a_service_that_nobody_named() {
    project.file(
        "matrix.yaml",
        """
        name: test
        services: { web: { endpoint: WEB_ENDPOINT } }
        legs: { first-leg: { title: First, services: [web] } }
        """);
    refused(
        project.run(), "needs service `web`, which has no `start`: set WEB_ENDPOINT to its URL");
    refused(project.env("WEB_ENDPOINT", "localhost:80").run(), "an endpoint is a URL such as");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"a device, ln -s /dev/zero endless", "a pipe, mkfifo endless"})
  @EnabledOnOs(OS.LINUX)
  void a_definition_that_is_no_file(String what, String make) {
    assertThat(project.shell(make).code()).isZero();
    refused(
        project.run("-f", "endless"), "endless: this is a device or a pipe, not a regular file");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_script_that_is_a_pipe() {
    assertThat(project.shell("rm legs/first-leg.groovy; mkfifo legs/first-leg.groovy").code())
        .isZero();
    refused(project.run(), "legs/first-leg.groovy: it is not a regular file");
  }

  private void bootingMachines() {
    project.leg(
        "second-leg", "step('a', when: toggles.PLASMA_E2E, accelerator: 'kvm') { exec('true') }\n");
    project.env("PLASMA_E2E", "1");
  }

  @Test
  void PLASMA_E2E_without_QEMU() {
    bootingMachines();
    project.leg("first-leg", "step('a') { exec('/bin/true') }\n");
    refused(
        project.env("PATH", "/nonexistent").run(),
        "PLASMA_E2E=1 needs QEMU",
        "apt-get install qemu-system");
    assertThat(project.run("first-leg").code()).as("it boots nothing").isEqualTo(0);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "PLASMAVMC_QEMU_PATH|none|PLASMA_E2E=1 needs QEMU: PLASMAVMC_QEMU_PATH=",
        "PLASMAVMC_QEMU_PATH|/bin/true|/bin/true is not QEMU",
        "PLASMAVMC_QEMU_PATH|matrix.yaml|is not executable",
        "PLASMAVMC_QCOW2_PATH|none|there is no such file",
        "PLASMAVMC_QCOW2_PATH|matrix.yaml|it is no qcow2",
        "PLASMAVMC_QCOW2_PATH|legs|it is not a file",
      })
  void a_QEMU_or_a_disk_that_can_t_be_used(String toggle, String value, String sentence) {
    bootingMachines();
    refused(project.qemu().env(toggle, value).env("PLASMA_ACCEL", "tcg").run(), sentence);
  }

  @Test
  void PLASMA_ACCEL_kvm_where_no_guest_runs_on_it() {
    bootingMachines();
    refused(project.qemu().env("PLASMA_ACCEL", "kvm").run(), "PLASMA_ACCEL=kvm needs KVM: ");
  }

  @Test
  void a_workspace_without_cargo_where_a_leg_needs_it() throws IOException {
    project
        .file(
            "matrix.yaml",
            "name: test\nworkspaces: { own: { path: ws } }\nlegs:\n  tests: { title: Tests }\n")
        .file("ws/Cargo.toml", "[workspace]\n")
        .leg("tests", "step('a') { cargoTest('a') }\n")
        .env("PATH", "/nonexistent");
    refused(project.run(), "leg `tests` needs cargo: no `cargo` on the PATH", "install Rust");
    assertThat(List.of(project.run("--dry-run").code())).containsExactly(0);
  }

  /** In 256 MB; {@code ./jbang bench hostile} measures how quickly. */
  @ParameterizedTest(name = "a hostile definition: {0}")
  @EnumSource
  void hostile(Hostile definition) throws IOException {
    Files.write(temp.resolve("hostile.yaml"), definition.bytes());
    project.env("JDK_JAVA_OPTIONS", "-Xmx256m");
    Checkout.Result result = project.run("lint", "-f", "hostile.yaml");
    assertThat(result.err())
        .contains("hostile.yaml", definition.says())
        .doesNotContain("Exception", "OutOfMemory", "\tat ");
    assertThat(result.code()).as(result.err()).isEqualTo(2);
  }
}
