package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run that was cut off")
class ResumeTest {
  @TempDir Path temp;
  @TempDir Path outside;

  private Checkout project;

  /** Three legs, each of which tells each time that it runs; the last one waits to be cut off. */
  @BeforeEach
  void legs() {
    project =
        new Checkout(temp)
            .file(
                "matrix.yaml",
                """
                name: test
                toggles:
                  MODE: { type: choice, values: [a, b], default: a, help: h }
                legs:
                  first: { title: First }
                  second: { title: Second, needs: [first] }
                  third: { title: Third, needs: [second] }
                """)
            .leg("first", told("first", ""))
            .leg("second", told("second", ""))
            .leg("third", told("third", "; [ -e out/go ] || sleep 300"))
            .file("source.txt", "1\n")
            .file(".gitignore", ".cccc\nout\n")
            .commit();
    temp.resolve("out").toFile().mkdir();
  }

  private static String told(String leg, String more) {
    return "step('it tells') { shell('echo x >> out/%s%s') }\n".formatted(leg, more);
  }

  private void cutOff(String signal) throws Exception {
    Process gate = project.start(temp.resolve("out/out"), temp.resolve("out/err"));
    while (!Files.exists(temp.resolve("out/third"))) {
      assertThat(gate.isAlive()).as(Checkout.read(temp.resolve("out/err"))).isTrue();
      Thread.sleep(20);
    }
    new ProcessBuilder("kill", "-" + signal, String.valueOf(gate.pid())).start().waitFor();
    assertThat(gate.waitFor(60, TimeUnit.SECONDS)).isTrue();
    project.file("out/go", "");
  }

  /** How often each leg ran. */
  private String ran() {
    StringBuilder counts = new StringBuilder();
    for (String leg : new String[] {"first", "second", "third"}) {
      counts.append(Checkout.read(temp.resolve("out").resolve(leg)).length() / 2);
    }
    return counts.toString();
  }

  private void comesTo(Checkout.Result resumed, String says, String verdict, String ran)
      throws IOException {
    assertThat(resumed.out()).contains(says);
    assertThat(resumed.verdict()).startsWith(verdict);
    assertThat(ran()).isEqualTo(ran);
  }

  @ParameterizedTest(name = "by {0}")
  @CsvSource({"KILL", "INT", "TERM"})
  void goes_on_with_the_reports_of_one_that_was_not(String signal) throws Exception {
    cutOff(signal);
    assertThat(project.run("runs").out()).contains("INTERRUPTED");
    Checkout.Result resumed = project.run("--resume");
    assertThat(resumed.out()).contains("resumed; kept as they ended: first, second");
    assertThat(resumed.verdict()).startsWith("GREEN  3 legs, 3 steps passed");
    assertThat(resumed.code()).isZero();
    assertThat(ran()).isEqualTo("112");
    String reports = Reports.of(resumed.run());
    assertThat(resumed.run().resolve("legs/third/cut-off-1/01-it-tells.log")).exists();
    assertThat(Reports.of(project.run().run())).isEqualTo(reports);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "nothing¦true¦¦112¦kept as they ended: first, second",
        "a source¦echo 2 > source.txt¦¦222¦content of",
        "a new file that git doesn't ignore¦echo 2 > new.txt¦¦222¦content of",
        "a new file that git ignores¦echo 2 > out/new.txt¦¦112¦kept as they ended: first, second",
        "the commit¦git -c user.name=n -c user.email=e commit -q --allow-empty -m m¦¦222¦the"
            + " commit",
        "matrix.yaml¦sed -i s/Second/Zweites/ matrix.yaml¦¦222¦matrix.yaml was",
        "the script of the last leg¦echo // >> legs/third.groovy¦¦112¦the script of leg `third`"
            + " changed",
        "the script of a leg that another needs¦echo // >> legs/second.groovy¦¦122¦kept as they"
            + " ended: first",
        "a toggle¦true¦b¦222¦toggle MODE was `a` and is `b`",
      })
  void repeats_what_depends_on(String what, String change, String mode, String ran, String says)
      throws Exception {
    cutOff("KILL");
    assertThat(
            new ProcessBuilder("sh", "-c", change)
                .directory(temp.toFile())
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
    if (mode != null) {
      project.env("MODE", mode);
    }
    Checkout.Result resumed = project.run("run", "--resume");
    comesTo(resumed, says.equals("the commit") ? "the commit was" : says, "GREEN", ran);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "CI=true¦222¦variable CI was not set and is `true`",
        "LANG=en_US.UTF-8 XDG_DATA_HOME=/nowhere¦222¦variable LANG was `C.UTF-8` and is"
            + " `en_US.UTF-8`",
        "XDG_SESSION_ID=7 TERM=dumb COLUMNS=80 TMPDIR=/tmp/of-a-shell¦112¦kept as they ended",
      })
  void repeats_what_another_variable_may_change(String variables, String ran, String says)
      throws Exception {
    cutOff("KILL");
    for (String variable : variables.split(" ")) {
      project.env(variable.replaceAll("=.*", ""), variable.replaceAll(".*=", ""));
    }
    Checkout.Result resumed = project.run("--resume");
    comesTo(resumed, says, "GREEN", ran);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "stays as it is¦true¦:¦112¦GREEN¦kept as they ended: first, second",
        "is another one¦echo 'pub fn ok() -> bool { 1 == 1 }' > src/lib.rs¦:¦222¦GREEN¦content of",
        "is broken¦echo 'pub fn ok() -> bool { false }' > src/lib.rs¦:¦211¦RED¦content of",
        "is gone¦rm -r ../dep¦:¦211¦RED¦and is `missing`",
        "changes later¦true¦echo // >> src/lib.rs¦112¦RED¦what is tested changed",
      })
  void repeats_what_was_built_of_a_package_that_no_commit_holds_and_that(
      String what, String change, String later, String ran, String verdict, String says)
      throws Exception {
    Path stray = Files.createDirectories(outside.resolve("dep")).toRealPath();
    new Checkout(stray)
        .file("Cargo.toml", TinyCrate.manifest("dep", ""))
        .file("src/lib.rs", "pub fn ok() -> bool { true }\n");
    TinyCrate.in(project, "crate")
        .file(
            "crate/Cargo.toml", TinyCrate.manifest("tiny", "dep = { path = \"" + stray + "\" }\n"))
        .file(
            "crate/Cargo.lock",
            """
            version = 3

            [[package]]
            name = "dep"
            version = "0.1.0"

            [[package]]
            name = "tiny"
            version = "0.1.0"
            dependencies = ["dep"]
            """)
        .file("crate/tests/good.rs", "#[test] fn works() { assert!(dep::ok()) }\n")
        .file(
            "matrix.yaml",
            Checkout.read(temp.resolve("matrix.yaml"))
                .replace("legs:\n", "workspaces: { it: { path: crate } }\nlegs:\n"))
        .file(".gitignore", ".cccc\nout\ntarget\n")
        .leg("first", told("first", "") + "step('it tests') { cargoTest('tiny', test: 'good') }\n")
        .leg("third", told("third", "; [ -e out/go ] || sleep 300; cd " + stray + "; " + later))
        .commit();
    cutOff("KILL");
    assertThat(new Checkout(stray).shell(change).code()).isZero();
    Checkout.Result resumed = project.run("--resume");
    comesTo(resumed, says, verdict, ran);
  }

  @Test
  void keeps_its_legs_though_nobody_may_see_what_a_variable_holds() throws Exception {
    project
        .env("HTTP_PROXY", "http://me:of-great-value@127.0.0.1:1")
        .env("RUST_LOG", "token=of-great-value")
        .env("TOKEN", "of-great-value")
        .file(
            "matrix.yaml",
            Checkout.read(temp.resolve("matrix.yaml"))
                .replace("toggles:\n", "toggles:\n  TOKEN: { type: text, secret: true }\n"))
        .commit();
    cutOff("KILL");
    Checkout.Result resumed = project.run("--resume");
    assertThat(resumed.out()).contains("kept as they ended: first, second");
    assertThat(resumed.file("events.jsonl"))
        .contains("\"RUST_LOG\":\"token=[secret TOKEN]\"")
        .doesNotContain("of-great-value");
  }

  @Test
  void keeps_its_legs_though_nobody_may_see_a_secret_of_it() throws Exception {
    project
        .file(
            "matrix.yaml",
            Checkout.read(temp.resolve("matrix.yaml"))
                .replace("toggles:\n", "toggles:\n  TOKEN: { type: text, secret: true }\n"))
        .env("TOKEN", "of-great-value")
        .commit();
    cutOff("KILL");
    Checkout.Result resumed = project.run("--resume");
    assertThat(resumed.out()).contains("kept as they ended: first, second");
    assertThat(resumed.verdict()).startsWith("GREEN");
  }

  @Test
  void goes_on_behind_a_torn_last_line() throws Exception {
    cutOff("KILL");
    Path journal = new Checkout.Result(0, "", "", temp).run().resolve("events.jsonl");
    Files.writeString(
        journal, "{\"seq\":99,\"at\":\"20", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    assertThat(project.run("--resume").verdict()).startsWith("GREEN");
    assertThat(project.run("report").verdict()).startsWith("GREEN");
  }

  @Test
  void is_still_flaky_where_an_attempt_had_failed_before() throws Exception {
    project
        .file("matrix.yaml", "name: test\nlegs:\n  third: { title: Third, retries: 2 }\n")
        .leg(
            "third",
            "step('a') { shell('if [ -e out/once ]; then echo x >> out/third; [ -e out/go ] ||"
                + " sleep 300; else touch out/once; exit 1; fi') }\n")
        .commit();
    cutOff("KILL");
    Checkout.Result resumed = project.run("--resume");
    assertThat(resumed.verdict()).startsWith("RED");
    assertThat(resumed.out()).contains("leg `third` was flaky: attempt 1: ");
    assertThat(resumed.run().resolve("legs/third/attempt-2/01-a.log")).exists();
  }

  @Test
  void that_ended_red_repeats_nothing_and_says_the_same_again() throws IOException {
    project.leg("third", told("third", "; exit 1")).commit();
    Checkout.Result whole = project.run("-j", "1");
    String reports = Reports.of(whole.run());
    Checkout.Result again = project.run("--resume");
    assertThat(again.verdict()).startsWith("RED");
    assertThat(ran()).isEqualTo("111");
    assertThat(Reports.of(again.run())).isEqualTo(reports);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"GREEN, 0", "PARTIAL, 1"})
  void that_came_to_its_end_is_not_gone_on_with(String verdict, String skip) {
    project
        .file(
            "matrix.yaml",
            """
            name: test
            toggles: { SKIP_FIRST: { type: flag } }
            legs:
              first: { title: First, skip: SKIP_FIRST }
              second: { title: Second }
            """)
        .env("SKIP_FIRST", skip);
    Checkout.Result whole = project.run();
    assertThat(whole.verdict()).startsWith(verdict);
    String journal = whole.file("events.jsonl");
    for (String[] words : new String[][] {{"--resume"}, {"--resume", whole.run().toString()}}) {
      Checkout.Result refused = project.run(words);
      assertThat(refused.err())
          .isEqualTo(
              "run %1$s came to its end (%2$s): look at it with `./jbang matrix.java report %1$s`, or start another\n"
                  .formatted(whole.run(), verdict));
      assertThat(refused.code()).isEqualTo(2);
      assertThat(whole.file("events.jsonl")).isEqualTo(journal);
    }
  }

  @Test
  void that_came_to_its_end_is_reported_where_its_reports_are_missing() throws IOException {
    Checkout.Result whole = project.leg("third", told("third", "")).commit().run();
    assertThat(whole.verdict()).startsWith("GREEN");
    String reports = Reports.of(whole.run());
    Files.delete(whole.run().resolve("report.html"));
    Checkout.Result resumed = project.run("--resume");
    assertThat(resumed.verdict()).startsWith("GREEN");
    assertThat(resumed.code()).isZero();
    assertThat(ran()).as("nothing was repeated").isEqualTo("111");
    assertThat(Reports.of(whole.run())).isEqualTo(reports);
  }

  @Test
  void goes_on_in_LOG_DIR_where_none_is_named() throws Exception {
    project.env("LOG_DIR", "out/run");
    cutOff("KILL");
    assertThat(project.run("--resume").verdict()).startsWith("GREEN");
    assertThat(ran()).isEqualTo("112");
  }

  @Test
  void goes_on_as_it_was_started() throws Exception {
    project.leg("third", told("third", "; [ -e out/go ] || sleep 300; exit 1"));
    project.env("MODE", "b").commit();
    Process gate =
        project.start(
            temp.resolve("out/out"),
            temp.resolve("out/err"),
            "--set",
            "MODE=a",
            "--strict",
            "--log-dir",
            "out/run",
            "third");
    while (!Files.exists(temp.resolve("out/third"))) {
      Thread.sleep(20);
    }
    gate.destroyForcibly().waitFor();
    project.file("out/go", "");
    Checkout.Result resumed = project.run("--resume", "out/run");
    assertThat(resumed.out()).contains("SELECTED third").doesNotContain("MODE was");
    assertThat(resumed.verdict()).startsWith("RED");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "a run that isn't there¦--resume nope¦there is no run `nope`",
        "more options¦--resume --strict¦leave out `--strict`",
        "legs¦--resume nope first¦leave out `first`",
        "a variable that isn't set¦--resume=¦--resume names a run that has no name",
        "a dry run¦--resume out/dry¦was a dry run, which has nothing to go on with",
        "no run at all¦--resume¦there is no run yet",
        "a folder without a journal¦--resume out¦there is no run `out`",
        "a journal without a whole line¦--resume out/torn¦is empty",
      })
  void is_refused_for(String what, String words, String says) {
    project.env("DRY_RUN", "1").run("--log-dir", "out/dry");
    project.env("DRY_RUN", "0").file("out/torn/events.jsonl", "{\"seq\":1");
    Checkout.Result refused = project.run(words.split(" "));
    assertThat(refused.err()).contains(says);
    assertThat(refused.code()).isEqualTo(2);
  }
}
