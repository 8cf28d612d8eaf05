package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("matrix new")
class NewTest {
  private static final String DEFINITION =
      """
      # what runs
      name: test
      workspaces: { w: { path: crate } }
      services:
        tiny: { health: /, start: { bin: tiny, args: ["{port}"] } }
        fiber-lb: { endpoint: LB_ENDPOINT, start: { bin: tiny, args: ["{port}"] } }
        theirs: { endpoint: THEIRS_ENDPOINT, started-by: tests }
      legs:
        # the first of all
        one: { title: One }   # kept

      # the end
      gate: { max-age: 7d }
      """;

  @TempDir Path temp;

  private Checkout project;

  @BeforeEach
  void project() {
    project =
        new Checkout(temp)
            .file("matrix.yaml", DEFINITION)
            .file("crate/Cargo.toml", "[package]\nname = \"tiny\"\n")
            .leg("one", "step('a') { exec('true') }\n");
  }

  private Checkout.Result now(String... words) {
    return InProcess.run(temp, List.of(), words);
  }

  private String script(String leg) {
    return Checkout.read(temp.resolve("legs/" + leg + ".groovy"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\0',
      value = {
        "--command¦echo hello¦exec('echo', 'hello')",
        "--command¦grep -c 'a b' x | wc -l¦shell('grep -c \\'a b\\' x | wc -l')",
        "--command¦printf \\n¦shell('printf \\\\n')",
        "--command¦echo $HOME¦shell('echo $HOME')",
        "--cargo¦tiny¦cargoTest('tiny')",
        "--cargo¦tiny/good¦cargoTest('tiny', test: 'good')",
        "--cargo¦w:tiny/good¦cargoTest('tiny', test: 'good')",
        "--http¦tiny/healthz?a=b¦http.get(\"${services.tiny.url()}/healthz?a=b\")",
        "--http¦fiber-lb¦http.get(\"${services.'fiber-lb'.url()}/\")",
      })
  void writes_a_leg_that_is_nothing_wrong_with(String option, String value, String line) {
    Checkout.Result made = now("new", "two", option, value, "--title", "A \"title\" \\ of: {it}");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(script("two")).contains("    " + line + "\n");
    assertThat(now("lint").out()).contains("legs: 2, steps: 2, nothing wrong");
    assertThat(now("list").out()).contains("two  A \"title\" \\ of: {it}");
  }

  @Test
  void keeps_everything_else_in_the_definition() {
    now("new", "two", "--covers", "tiny,other", "--services", "tiny", "--title", "Two");
    String added = "  two: { title: \"Two\", covers: [tiny, other], services: [tiny] }\n";
    assertThat(Checkout.read(temp.resolve("matrix.yaml")).replace(added, "")).isEqualTo(DEFINITION);
    project.file("matrix.yaml", DEFINITION.replace("\n", "\r\n"));
    now("new", "three");
    assertThat(Checkout.read(temp.resolve("matrix.yaml")).replaceFirst("  three: .*\r\n", ""))
        .isEqualTo(DEFINITION.replace("\n", "\r\n"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\0',
      value = {
        "--services¦tinny¦there is no service `tinny`; did you mean `tiny`?",
        "--http¦nothing/x¦there is no service `nothing`; the services are tiny, fiber-lb, theirs",
        "--http¦theirs/x¦service `theirs` is started by tests",
        "--http¦tiny/a b¦is no path of a URL",
        "--http¦tiny/${toggles}¦is no path of a URL",
        "--cargo¦tiny/good'); System.exit(0¦names no Cargo test",
        "--cargo¦x:tiny¦has to begin with one of the workspaces",
        "--covers¦A B¦is no service's name",
      })
  void refuses_and_writes_nothing_for(String option, String value, String says) {
    Checkout.Result refused = now("new", "two", option, value);
    assertThat(refused.err()).contains(says);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(Checkout.read(temp.resolve("matrix.yaml"))).isEqualTo(DEFINITION);
    assertThat(temp.resolve("legs/two.groovy")).doesNotExist();
  }

  @Test
  void refuses_a_cargo_test_that_there_is_not() {
    TinyCrate.in(project, "crate");
    Checkout.Result refused = now("new", "two", "--cargo", "tiny/godo");
    assertThat(refused.err()).contains("package `tiny` has no test `godo`; did you mean `good`?");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(Checkout.read(temp.resolve("matrix.yaml"))).isEqualTo(DEFINITION);
    assertThat(temp.resolve("legs/two.groovy")).doesNotExist();
    assertThat(now("new", "two", "--cargo", "tiny/good").code()).isZero();
  }

  @Test
  void refuses_what_is_empty() {
    assertThat(now("new", "two", "--command", " ").err()).contains("is no command");
    assertThat(now("new", "two", "--title", "a\nb").err()).contains("`a\\nb` is no title");
    assertThat(now("new", "two", "--cargo", "tiny", "--http", "tiny").err())
        .contains("leave out all but one of --cargo, --command, --http");
    assertThat(temp.resolve("legs/two.groovy")).doesNotExist();
  }

  @Test
  void takes_both_files_back_where_other_scripts_are_wrong() {
    project.leg("one", "step('a') { exce('true') }\n");
    Checkout.Result refused = now("new", "two");
    assertThat(refused.err()).contains("did you mean `exec`?");
    assertThat(Checkout.read(temp.resolve("matrix.yaml"))).isEqualTo(DEFINITION);
    assertThat(temp.resolve("legs/two.groovy")).doesNotExist();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "a file in its folder's place¦rm -r legs; touch legs¦legs is no folder",
        "a folder that can't be written¦mount --bind legs legs && mount -o remount,bind,ro legs¦"
            + "legs/two.groovy can't be written: Read-only file system",
        "a definition that can't be written¦mount --bind matrix.yaml matrix.yaml"
            + " && mount -o remount,bind,ro matrix.yaml¦matrix.yaml can't be written",
        "a definition that can't be replaced¦mount --bind matrix.yaml matrix.yaml¦"
            + "matrix.yaml can't be written",
        "a full disk¦cp legs/one.groovy /tmp/one.$$ && mount -t tmpfs -o size=4k none legs"
            + " && mv /tmp/one.$$ legs/one.groovy¦legs/two.groovy can't be written: No space left",
      })
  void writes_both_files_or_none_with(String what, String spoil, String says) throws Exception {
    Checkout.Result result =
        project.inNamespace(
            spoil
                + " || exit 99; mkdir -p .cccc; before=$(ls -A . legs); eval $GATE new two; echo"
                + " \"left with $?\"; [ \"$before\" = \"$(ls -A . legs)\" ] && echo as before; cat"
                + " matrix.yaml");
    assertThat(result.out())
        .contains(says, "left with 2", "as before", DEFINITION)
        .doesNotContain("\tat ");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "w: { path: crate }, v: { path: crate }¦say which workspace: `workspace: '…'`, one of [w,"
            + " v]",
        "v: { path: crate }, w: { path: crate }¦say which workspace: `workspace: '…'`, one of [v,"
            + " w]",
      })
  void and_lint_tell_of_a_test_in_a_workspace_that_isn_t_said(String workspaces, String says) {
    project.leg("one", "step('a') { cargoTest('tiny') }\n");
    assertThat(now("lint").out()).contains("nothing wrong");
    project.file("matrix.yaml", DEFINITION.replace("w: { path: crate }", workspaces));
    project.file(
        "matrix.yaml",
        Checkout.read(temp.resolve("matrix.yaml"))
            .replace("{ bin: tiny", "{ workspace: w, bin: tiny"));
    Checkout.Result lint = now("lint");
    assertThat(lint.err()).contains("legs/one.groovy:1: " + says);
    assertThat(lint.code()).isEqualTo(2);
  }

  @Test
  void never_overwrites_a_script() {
    project.file("legs/two.groovy", "// mine\n");
    assertThat(now("new", "two").err()).contains("is there already");
    assertThat(script("two")).isEqualTo("// mine\n");
  }

  @Test
  void asks_on_a_terminal_until_the_answers_will_do() throws Exception {
    Path out = temp.resolve("out");
    Process gate = project.startOnTerminal(out, "new", "two");
    answer(gate, out, "What does it show?", "Tiny answers");
    answer(gate, out, "Which services does it cover?", "tiny");
    answer(gate, out, "have to be up for it?", "tinny");
    answer(gate, out, "did you mean `tiny`?", "");
    answer(gate, out, "What does its step do", "htpp");
    answer(gate, out, "did you mean `http`?", "http");
    answer(gate, out, "Which service?", "tiny/healthz");
    assertThat(gate.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(gate.exitValue()).as(Checkout.read(out)).isZero();
    assertThat(Checkout.read(temp.resolve("matrix.yaml")))
        .contains("two: { title: \"Tiny answers\", covers: [tiny], services: [tiny] }");
    assertThat(script("two")).contains("http.get(\"${services.tiny.url()}/healthz\")");
  }

  @Test
  void writes_nothing_where_the_answers_end() throws Exception {
    Path out = temp.resolve("out");
    Process gate = project.startOnTerminal(out, "new", "two");
    answer(gate, out, "What does it show?", "Tiny answers");
    until(gate, out, "Which services");
    gate.getOutputStream().write(4);
    gate.getOutputStream().flush();
    assertThat(gate.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(gate.exitValue()).isEqualTo(2);
    assertThat(Checkout.read(out)).contains("nothing was written");
    assertThat(Checkout.read(temp.resolve("matrix.yaml"))).isEqualTo(DEFINITION);
  }

  private static void answer(Process gate, Path out, String question, String answer)
      throws IOException, InterruptedException {
    until(gate, out, question);
    gate.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
    gate.getOutputStream().flush();
  }

  private static void until(Process gate, Path out, String text) throws InterruptedException {
    boolean said =
        Outside.await(
            60, () -> !gate.isAlive() || Files.exists(out) && Checkout.read(out).contains(text));
    assertThat(said && gate.isAlive()).as(Files.exists(out) ? Checkout.read(out) : "").isTrue();
  }
}
