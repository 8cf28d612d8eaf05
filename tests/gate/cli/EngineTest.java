package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import gate.base.ThisCheckout;
import gate.base.World;
import gate.engine.Nextflow;
import gate.plan.Refused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs Nextflow on this machine; skipped where {@code ./jbang nextflow} hasn't fetched it. */
@DisplayName("A run on an engine")
class EngineTest {
  private static final String YAML =
      """
      name: scratch
      toggles:
        SKIP_D: { type: flag, help: Without d }
      legs:
        a: { title: The first }
        b: { title: The second, needs: [a] }
        c: { title: The third, needs: [b] }
        d: { title: Skipped, skip: SKIP_D }
      """;

  @TempDir Path temp;
  private Checkout project;

  @BeforeEach
  void project() {
    project =
        new Checkout(temp)
            .file("matrix.yaml", YAML)
            .file(".gitignore", ".cccc/\n/jbang\n/broken*\n/start.sh\n/before\n/code\n/after*\n");
    project.program("jbang", "shift\nexec " + project.command() + " \"$@\"\n");
    List.of("a", "b", "c", "d").forEach(leg -> leg(leg, "exec 'echo', '" + leg + "'"));
  }

  private void leg(String name, String body) {
    project.leg(name, "step('says') { " + body + " }\n");
  }

  private static void assumeNextflow() {
    World world =
        new World(
            System.getenv(),
            ThisCheckout.root(),
            ThisCheckout.root(),
            Path.of("/"),
            System.out,
            System.err,
            false,
            80,
            Clock.systemUTC());
    try {
      Nextflow.find(world);
    } catch (Refused e) {
      assumeTrue(false, e.getMessage());
    }
  }

  /** Without times and hosts. */
  static String plain(String junit) {
    return junit
        .replaceAll(" (?:time|timestamp|hostname)=\"[^\"]*\"", "")
        .replaceAll("\\d{8}T\\d{6}Z", "RUN");
  }

  @Test
  void gives_the_same_verdict_and_byte_for_byte_the_same_junit_xml_as_one_here() {
    assumeNextflow();
    leg("b", "exec 'false'");
    project.env("SKIP_D", "1").commit();
    Checkout.Result engine = project.run("run", "--engine", "nextflow");
    String there = plain(engine.file("junit.xml"));
    Checkout.Result here = project.run();
    assertThat(engine.verdict()).startsWith("RED");
    assertThat(engine.code()).isEqualTo(here.code()).isEqualTo(1);
    assertThat(there).contains("it needs `b`, which ended as failed");
    assertThat(there).isEqualTo(plain(here.file("junit.xml")));
  }

  @Test
  void tells_a_machine_that_fails_from_a_leg_that_fails_and_shows_how_another_tries() {
    assumeNextflow();
    Path pid = temp.resolve("broken-pid");
    project.program(
        "jbang",
        "shift\ncase \"$*\" in *'--part a '*) echo $$ >%s ;; esac\nexec %s \"$@\"\n"
            .formatted(pid, project.command()));
    Path died = temp.resolve("broken-once");
    leg("a", "shell('[ -e %s ] || { : >%s; kill -9 $(cat %s); }')".formatted(died, died, pid));
    project.env("GITHUB_ACTIONS", "true").commit();
    Checkout.Result result = project.run("run", "--engine", "nextflow");
    assertThat(result.verdict()).startsWith("GREEN  4 legs");
    assertThat(result.out().lines())
        .containsSubsequence(
            "> a  The first",
            "! a  its machine failed: it terminated with an error exit status (137); another tries",
            "  > a 1 says",
            "> a  The first",
            "  > a 1 says")
        .anyMatch(it -> it.startsWith("::group::+ a  passed"));
    assertThat(result.code()).isZero();
    assertThat(result.run().resolve("engine/work")).doesNotExist();
  }

  @Test
  void is_on_a_terminal_what_a_run_here_is() throws Exception {
    assumeNextflow();
    assumeTrue(Tmux.isHere(), "tmux isn't here");
    Path go = temp.resolve("broken-go");
    leg("a", "shell('echo says-a; until [ -e " + go + " ]; do sleep 0.1; done')");
    leg("d", "exec 'false'");
    project.commit();
    try (Tmux tmux = Tmux.start(project, "run", "--engine", "nextflow")) {
      String screen =
          tmux.until(
              "(?s)> a .* s  1/1 says\n\\. b  needs a\n\\. c  needs b\nx d .*1 of 4 legs ended");
      assertThat(screen).contains("repeat the step  cd ").doesNotContain("> d  sent");
      tmux.type("l");
      tmux.until("(?s)log  engine/work/.*/part/legs/a/01-says.log.*\\| says-a");
      tmux.type("d");
      tmux.until("(?s)why it waits.*> a  since .*bash");
      tmux.type("Escape");
      Files.createFile(go);
      assertThat(tmux.code()).isEqualTo(1);
      assertThat(tmux.restored()).isTrue();
      assertThat(tmux.until("RED ")).doesNotContain("legs ended");
      assertThat(tmux.everything()).contains("repeat the leg  ./jbang matrix.java");
    }
    Checkout.Result report = project.run("report");
    assertThat(report.file("legs/a/01-says.log")).contains("says-a");
    assertThat(report.file("report.html")).contains("href=\"./legs/a/01-says.log\"");
  }

  @Test
  void ends_in_order_by_q_and_tells_how_to_go_on() throws Exception {
    assumeNextflow();
    assumeTrue(Tmux.isHere(), "tmux isn't here");
    leg("a", "shell('sleep 600')");
    project.env("SKIP_D", "1").commit();
    try (Tmux tmux = Tmux.start(project, "run", "--engine", "nextflow")) {
      tmux.until("> a .*1/1 says");
      tmux.type("q");
      assertThat(tmux.code()).isEqualTo(130);
      assertThat(tmux.restored()).isTrue();
      assertThat(tmux.until("INTERRUPTED ")).contains("told to stop");
      assertThat(tmux.everything())
          .contains("SKIP_D=1 ./jbang matrix.java --resume " + temp.toRealPath());
    }
    assertThat(Checkout.processes(temp.toString())).isEmpty();
  }

  @Test
  void is_red_where_the_engine_is_content_but_a_part_has_no_end() {
    assumeNextflow();
    project.program(
        "jbang",
        """
        shift
        case "$*" in
          *'--part b '*)
            for last; do :; done
            mkdir -p "$last" && echo '{"seq":1,"ms":1,"event":"run-finished"}' >"$last/events.jsonl"
            exit 0 ;;
        esac
        exec %s "$@"
        """
            .formatted(project.command()));
    project.commit();
    Checkout.Result result = project.run("run", "--engine", "nextflow");
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.out()).contains("holds no part of a run");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void goes_on_where_it_was_cut_off_and_repeats_no_leg_that_came_to_its_end() throws Exception {
    assumeNextflow();
    Path gate = temp.resolve("broken-until-then");
    leg(
        "b",
        "shell('echo x >> " + temp.resolve("broken-b") + "; test -e " + gate + " || sleep 60')");
    leg("a", "shell('echo x >> " + temp.resolve("broken-a") + "')");
    Path config = temp.resolve("broken-config");
    Files.writeString(config, "process.cpus = 1\n");
    project.commit();
    Path out = temp.resolve("broken-out");
    Process process =
        project.start(
            out, out, "run", "--engine", "nextflow", "--engine-config", config.toString());
    for (int i = 0; i < 600 && !Files.exists(temp.resolve("broken-b")); i++) {
      Thread.sleep(100);
    }
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(Checkout.read(out))
        .contains(
            "INTERRUPTED",
            "! stopping: it was told to stop",
            "go on with it  ./jbang matrix.java --resume " + temp.resolve(".cccc"));
    Checkout.Result report = project.run("report");
    assertThat(report.file("junit.xml")).contains("<testcase classname=\"a.1 says\" name=\"says\"");
    assertThat(report.run().resolve("legs/a")).isNotEmptyDirectory();
    assertThat(report.verdict()).as("judged anew").startsWith("INTERRUPTED");
    assertThat(Checkout.processes(temp.toString())).isEmpty();
    Files.createFile(gate);
    Files.writeString(config, "process {\n");
    assertThat(project.run("--resume").code()).as("what its engine refuses").isEqualTo(2);
    assertThat(project.run("report").out()).as("is as it was").isEqualTo(report.out());
    Files.writeString(config, "process.cpus = 1\n");
    Checkout.Result result = project.run("--resume");
    assertThat(result.verdict()).startsWith("GREEN  4 legs");
    assertThat(result.out()).contains("- a  came to its end before");
    assertThat(Checkout.read(temp.resolve("broken-a"))).isEqualTo("x\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "workDir = '/broken/elsewhere'¦the configuration sets workDir to /broken/elsewhere, and a"
            + " folder has to be the run's own: leave it out; only a bucket can be named",
        "process {¦Unexpected input: '{' @ line 1, column 9",
      })
  void is_refused_and_leaves_nothing_for_a_configuration_such_as(String line, String why) {
    assumeNextflow();
    project.file("its.config", line + "\n").commit();
    Checkout.Result result =
        project.run("run", "--engine", "nextflow", "--engine-config", "its.config");
    assertThat(result.err())
        .contains("no leg ran: Nextflow ended with exit code", why)
        .contains("the configuration is " + temp.resolve("its.config"));
    assertThat(result.verdict()).isEqualTo("(no verdict)");
    assertThat(result.code()).isEqualTo(2);
    assertThat(temp.resolve(".cccc/work/integration-matrix")).isEmptyDirectory();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "--engine nextflwo¦known are nextflow; did you mean `nextflow`?",
        "--engine-config x¦say which one with --engine nextflow",
        "--engine nextflow --fail-fast¦--fail-fast can't be had with --engine",
        "--engine nextflow a¦--engine runs all legs; leave out `a`",
      })
  void is_refused_for(String words, String why) {
    project.commit();
    Checkout.Result result = project.run(words.split(" "));
    assertThat(result.err()).contains(why);
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void is_refused_where_nextflow_is_not_there_and_says_how_to_get_it() {
    project.env("XDG_CACHE_HOME", temp.resolve("none").toString()).commit();
    Checkout.Result result = project.run("run", "--engine", "nextflow");
    assertThat(result.err()).contains("get it once with `", "jbang nextflow`");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void is_refused_where_files_differ_from_the_commit() {
    assumeNextflow();
    project.commit().file("new.txt", "x");
    Checkout.Result result = project.run("run", "--engine", "nextflow");
    assertThat(result.err()).contains("commit what `git status` shows");
    assertThat(result.code()).isEqualTo(2);
  }
}
