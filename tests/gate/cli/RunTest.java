package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A run")
class RunTest {
  @TempDir Path temp;

  /** A long sleep that no other run of these tests has. */
  private static String nap(int number) {
    return "sleep " + (ProcessHandle.current().pid() * 10 + number);
  }

  private Checkout project() {
    return new Checkout(temp);
  }

  @Test
  void is_green_where_every_step_passed_and_keeps_its_logs_and_results() {
    Checkout.Result result = project().one("step('it greets') { exec('echo', 'hello') }\n").run();
    assertThat(result.err()).isEmpty();
    assertThat(result.verdict()).startsWith("GREEN  1 leg, 1 step passed");
    assertThat(result.code()).isZero();
    assertThat(result.file("legs/one/01-it-greets.log")).contains("$ echo hello\nhello\n");
    assertThat(result.file("junit.xml")).contains("name=\"it greets\"");
    assertThat(result.file("summary.md")).contains("GREEN");
    for (String name : List.of("junit.xml", "ctrf.json")) {
      assertThat(Checkout.read(temp.resolve(".cccc/work/results").resolve(name)))
          .isEqualTo(result.file(name));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\0',
      value = {
        "a command¦exec('true'); true",
        "the code of a command¦exec('true').code() == 0",
        "a file¦files.exists('matrix.yaml')",
        "what a file holds¦files.read('matrix.yaml').contains('name')",
        "what another await asks¦await('it') { files.exists('matrix.yaml') }; true",
      })
  void is_green_for_an_await_of(String what, String condition) {
    Checkout.Result result =
        project().one("step('a') { await('it') { " + condition + " } }\n").run();
    assertThat(result.verdict()).as(result.out()).startsWith("GREEN");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\0',
      value = {
        "a command that fails¦exec('false')¦`false` ended with exit code 1",
        "a command that isn't there¦exec('no-such-command')¦`no-such-command` can't be started",
        "another exit code than expected¦exec('sh', '-c', 'exit 3', expect: 4)¦ended with exit code"
            + " 3, not with [4]",
        "a failure before a pipe¦shell('false | cat')¦exit code 1",
        "a process that is killed¦shell('kill -9 $$')¦killed by SIGKILL (9)",
        "a step that does nothing¦def x = 1¦the step did nothing",
        "a step that fails itself¦fail('because')¦legs/one.groovy:1: because",
        "an assertion¦exec('true'); assert 1 + 1 == 3¦assert 1 + 1 == 3",
        "an exception¦exec('true'); def n = [].first()¦legs/one.groovy:1: ",
        "a failure that the script catches¦try { exec('false') } catch (Exception e) { }¦the script"
            + " caught that",
        "a server that isn't there¦http.get('http://127.0.0.1:1/')¦connection refused",
        "an await that never holds¦await('the end', within: '200ms', every: '20ms') { exec('true');"
            + " false }¦not within 200 ms: the end",
        "output that isn't UTF-8, of a command that fails¦shell('printf \"\\\\xff\\\\xfe\"; exit"
            + " 1')¦exit code 1"
      })
  void is_red_for(String what, String body, String why) {
    Checkout.Result result = project().one("step('a') { " + body + " }\n").run();
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.out()).contains(why).doesNotContain("Exception", "_closure", "\tat ");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.file("junit.xml")).containsAnyOf("<failure", "<error");
  }

  @Test
  void is_red_for_a_leg_that_does_nothing() {
    Checkout.Result result = project().one("// nothing yet\n").run();
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.out()).contains("the leg does nothing: its script has no step");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void is_red_for_a_timeout_which_ends_the_whole_tree_of_processes() {
    Checkout.Result result =
        project()
            .legs("one: { title: One, timeout: 1s }")
            .leg(
                "one",
                "step('a') { shell('setsid "
                    + nap(1)
                    + " & trap \"\" TERM; "
                    + nap(1)
                    + "; "
                    + nap(1)
                    + "')"
                    + " }\n")
            .run();
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.out()).contains("it took longer than its timeout of 1 s");
    assertThat(result.code()).isEqualTo(1);
    assertThat(Checkout.processes(nap(1))).isEmpty();
  }

  @Test
  void is_red_for_a_script_that_never_ends_by_itself() {
    Checkout.Result result =
        project()
            .legs("one: { title: One, timeout: 1s }")
            .leg("one", "step('a') { exec('true'); while (true) { } }\n")
            .run();
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void is_red_for_a_process_that_is_left_behind() {
    Checkout.Result result =
        project().one("step('a') { shell('setsid " + nap(2) + " > /dev/null 2>&1 &') }\n").run();
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.out()).contains("it left processes behind", nap(2));
    assertThat(Checkout.processes(nap(2))).isEmpty();
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void is_partial_for_a_leak_that_the_leg_allows() {
    Checkout.Result result =
        project()
            .legs("one: { title: One, allow: [leaked] }")
            .leg("one", "step('a') { shell('setsid " + nap(3) + " > /dev/null 2>&1 &') }\n")
            .run();
    assertThat(result.verdict()).startsWith("PARTIAL");
    assertThat(result.code()).isZero();
  }

  @Test
  void blocks_what_needs_a_leg_that_failed_and_runs_the_rest() {
    Checkout.Result result =
        project()
            .legs(
                "one: { title: One }",
                "two: { title: Two, needs: [one] }",
                "three: { title: Three }")
            .leg("one", "step('a') { exec('false') }\n")
            .leg("two", "step('a') { exec('touch', 'two-ran') }\n")
            .leg("three", "step('a') { exec('touch', 'three-ran') }\n")
            .run();
    assertThat(result.out()).contains("it needs `one`, which ended as failed");
    assertThat(temp.resolve("two-ran")).doesNotExist();
    assertThat(temp.resolve("three-ran")).exists();
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void starts_no_other_leg_after_a_failed_one_with_fail_fast() {
    Checkout.Result result =
        project()
            .legs("one: { title: One }", "two: { title: Two }")
            .leg("one", "step('a') { exec('false') }\n")
            .leg("two", "step('a') { exec('touch', 'two-ran') }\n")
            .run("--fail-fast", "-j", "1");
    assertThat(result.out()).contains("--fail-fast: leg `one` didn't pass");
    assertThat(temp.resolve("two-ran")).doesNotExist();
    assertThat(result.code()).isEqualTo(1);
  }

  @ParameterizedTest(name = "flaky: {0} gives {1} with exit code {2}")
  @CsvSource({"deny,RED,1", "allow,PARTIAL,0"})
  void tries_again_and_calls_that_flaky(String policy, String verdict, int code) {
    Checkout.Result result =
        project()
            .file(
                "matrix.yaml",
                """
                name: test
                legs: { one: { title: One, retries: 1 } }
                gate: { flaky: %s }
                """
                    .formatted(policy))
            .leg("one", "step('a') { shell('test -e tried || { touch tried; exit 1; }') }\n")
            .run();
    assertThat(result.verdict()).startsWith(verdict);
    assertThat(result.out()).contains("flaky");
    assertThat(result.code()).isEqualTo(code);
  }

  @ParameterizedTest(name = "{0} gives exit code {1}")
  @CsvSource({"--fail-fast,0", "--strict,3"})
  void is_partial_where_a_toggle_skips_a_leg_and_all_that_need_it(String option, int code) {
    Checkout.Result result =
        project()
            .file(
                "matrix.yaml",
                """
                name: test
                toggles: { SKIP_PLASMA: { type: flag } }
                legs:
                  one: { title: One }
                  two: { title: Two, skip: SKIP_PLASMA }
                  three: { title: Three, needs: [two] }
                """)
            .leg("one", "step('a') { exec('true') }\n")
            .leg("two", "step('a') { exec('false') }\n")
            .leg("three", "step('a') { exec('false') }\n")
            .env("SKIP_PLASMA", "1")
            .run(option);
    assertThat(result.verdict()).startsWith("PARTIAL");
    assertThat(result.out()).contains("SKIP_PLASMA=1", "it needs `two`, which is skipped");
    assertThat(result.code()).isEqualTo(code);
  }

  @Test
  void counts_neither_planned_legs_nor_steps_that_are_off() {
    Checkout project =
        project()
            .file(
                "matrix.yaml",
                """
                name: test
                toggles: { TENANT_LOOP: { type: flag }, PLASMA_E2E: { type: flag } }
                legs:
                  one: { title: One }
                  two: { title: Two, planned: TENANT_LOOP }
                """)
            .leg(
                "one",
                "step('a') { exec('true') }\n"
                    + "step('b', when: toggles.PLASMA_E2E) { exec('false') }\n")
            .leg("two", "step('a') { exec('false') }\n");
    Checkout.Result result = project.run();
    assertThat(result.verdict()).startsWith("GREEN");
    assertThat(result.out()).contains("waits for PLASMA_E2E=1", "TENANT_LOOP=1");
    assertThat(result.code()).isZero();
    assertThat(project.env("TENANT_LOOP", "1").run().code()).isEqualTo(1);
  }

  @ParameterizedTest(name = "with PLASMA_ACCEL={0}: exit code {1}")
  @CsvSource({"auto,3", "tcg,0"})
  void is_partial_where_a_step_can_not_have_the_KVM_that_it_wants(String accel, int code) {
    Checkout.Result result =
        project()
            .file(
                "matrix.yaml",
                """
                name: test
                toggles: { PLASMA_ACCEL: { type: choice, values: [auto, kvm, tcg], default: auto } }
                legs: { one: { title: One } }
                """)
            .leg("one", "step('a', accelerator: 'kvm') { shell('echo $PLASMA_ACCEL') }\n")
            .env("PLASMA_ACCEL", accel)
            .qemu()
            .run();
    assertThat(result.verdict()).startsWith("PARTIAL");
    assertThat(result.out()).contains("degraded");
    assertThat(result.code()).isEqualTo(code);
  }

  @ParameterizedTest(name = "that say `{0}`: exit code {1}, {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "accelerator":"tcg","guest":"answered"  | 0 | on TCG instead of KVM: PLASMA_ACCEL=tcg
          "accelerator":"kvm","guest":"answered"  | 3 | was to run on tcg, and its virtual machine `web` ran on kvm
          "accelerator":"xen","guest":"answered"  | 1 | `accelerator` is `xen`, not `kvm` or `tcg`
          "accelerator":"tcg"                     | 1 | `guest` isn't a text
          """)
  void takes_the_accelerator_from_the_machines(String said, int code, String sentence) {
    Checkout.Result result =
        project()
            .file(
                "matrix.yaml",
                """
                name: test
                toggles: { PLASMA_ACCEL: { type: choice, values: [auto, kvm, tcg], default: auto } }
                legs: { one: { title: One } }
                """)
            .file("said", "{\"machine\":\"web\",\"uuid\":\"u-1\",\"pid\":7," + said + "}\n")
            .leg(
                "one",
                "step('a', accelerator: 'kvm') { shell('cat said >> $MATRIX_MACHINES; test -n \"' +"
                    + " qemu.path + disk.path + '\"') }\n")
            .env("PLASMA_ACCEL", "tcg")
            .qemu()
            .run();
    assertThat(result.out() + result.err()).contains(sentence);
    assertThat(result.code()).isEqualTo(code);
    if (code != 1) {
      assertThat(result.file("summary.md")).contains("`web` on `" + said.substring(15, 18) + "`");
      assertThat(result.run().resolve("plasma-e2e.qcow2")).exists();
    }
  }

  @Test
  void of_selected_legs_is_marked_and_replaces_no_results() throws IOException {
    Checkout project =
        project()
            .legs("one: { title: One }", "two: { title: Two, axes: { size: [1, 2] } }")
            .leg("one", "step('a') { exec('true') }\n")
            .leg("two", "step('a') { exec('test', axes.size, '=', '1') }\n");
    Checkout.Result result = project.run("one");
    assertThat(result.out()).contains("SELECTED");
    assertThat(result.code()).isZero();
    assertThat(temp.resolve(".cccc/work/results")).doesNotExist();
    assertThat(project.run("two*").code()).isEqualTo(1);
    assertThat(project.run("two@size=1").code()).isZero();
    assertThat(project.run("--last-failed").err()).contains("no leg failed");
    assertThat(project.run("two").code()).isEqualTo(1);
    Checkout.Result again = project.run("--last-failed");
    assertThat(again.out()).contains("two@size=2").doesNotContain("two@size=1  ");
  }

  @Test
  void that_is_dry_prints_the_commands_in_the_plan_s_order_without_cargo_and_looks_like_no_pass() {
    Checkout.Result result =
        project()
            .file(
                "matrix.yaml",
                """
                name: test
                workspaces: { own: { path: ws } }
                services: { web: { endpoint: WEB_ENDPOINT } }
                legs:
                  two: { title: Two, needs: [one], services: [web] }
                  one: { title: One }
                """)
            .file("ws/Cargo.toml", "[workspace]\n")
            .leg(
                "one",
                """
                step('tests') {
                    cargoTest('alpha', test: 'beta', case: 'x::y', ignored: true, features: ['a', 'b'], env: [A: 'b c'])
                }
                step('a command') { exec('echo', "it's", 'two words') }
                """)
            .leg(
                "two",
                """
                step('answers') {
                    exec('first')
                    if (http.get("${services.web.url()}/x").status() == 200) { exec('second') }
                }
                """)
            .env("PATH", "/nonexistent")
            .env("DRY_RUN", "1")
            .run();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .containsSubsequence(
            "one",
            "cd "
                + temp
                + "/ws && A='b c' cargo test --locked -p alpha --features a,b --test beta"
                + " -- --ignored --exact x::y",
            "echo 'it'\\''s' 'two words'",
            "two",
            "first",
            "# GET http://web/x",
            "# depends on the answer of `GET http://web/x`",
            "DRY  nothing ran")
        .doesNotContain("second", "GREEN", "passed");
    assertThat(result.code()).isZero();
    assertThat(result.file("junit.xml")).contains("skipped=");
    assertThat(temp.resolve(".cccc/work/results")).doesNotExist();
  }

  @Test
  void works_below_a_folder_with_blanks_and_other_letters_in_the_POSIX_locale_from_elsewhere()
      throws IOException {
    Path folder = Files.createDirectories(temp.resolve("mit Leerzeichen/ünïcödé"));
    Checkout project =
        new Checkout(folder)
            .one(
                "step('größe') { exec('echo', 'ä€𝄞'); assert exec('pwd').output().trim().length()"
                    + " > 3 }\n")
            .env("LC_ALL", "C.UTF-8") // as the wrapper does
            .from(temp);
    Checkout.Result result = project.run();
    assertThat(result.verdict()).startsWith("GREEN");
    assertThat(result.file("junit.xml")).contains("größe");
  }

  @Test
  void hands_its_children_an_allow_list_of_variables_the_toggles_and_what_the_leg_asks_for() {
    Checkout.Result result =
        project()
            .file(
                "matrix.yaml",
                """
                name: test
                toggles: { PLASMA_E2E: { type: flag } }
                legs: { one: { title: One, env: { OF_LEG: leg } } }
                """)
            .leg("one", "step('a') { exec('env', env: [OF_STEP: 'step']) }\n")
            .env("SECRET_TOKEN", "hush")
            .env("PLASMA_E2E", "0")
            .run();
    assertThat(result.file("legs/one/01-a.log"))
        .contains("OF_LEG=leg", "OF_STEP=step", "PATH=")
        .doesNotContain("hush", "DRY_RUN", "LOG_DIR");
  }

  @Test
  void reaches_a_service_where_the_user_names_it_and_keeps_its_version() throws Exception {
    Checkout project = project();
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 5);
    server.createContext(
        "/healthz",
        exchange -> {
          byte[] body = "{\"version\":\"1.2.3\",\"commit\":\"abc\"}".getBytes();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      project
          .file(
              "matrix.yaml",
              """
              name: test
              services: { web: { endpoint: WEB_ENDPOINT, health: /healthz } }
              legs: { one: { title: One, services: [web] } }
              """)
          .leg(
              "one",
              """
              step('a') {
                  assert http.get("${services.web.url()}/healthz").json().at('version').text() == '1.2.3'
                  http.get("${services.web.url()}/nothing", expect: 404)
              }
              """)
          .env("WEB_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort() + "/");
      Checkout.Result result = project.run();
      assertThat(result.verdict()).startsWith("GREEN");
      assertThat(result.file("events.jsonl"))
          .contains("\"version\":\"1.2.3\"", "\"commit\":\"abc\"");
    } finally {
      server.stop(0);
    }
    Checkout.Result gone = project.run();
    assertThat(gone.verdict()).startsWith("RED");
    assertThat(gone.out()).contains("isn't healthy");
  }

  @ParameterizedTest(name = "whose tests say {0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "named URL  | GREEN   | ",
        "own ''     | PARTIAL | step `a` started servers of its own for `web`, and shows nothing of"
            + " the one at URL",
        "named URL2 | PARTIAL | step `a` talked to `web` at URL2, not at URL",
        "nothing    | PARTIAL | nothing of it talked to `web` at URL",
        "rubbish    | RED     | line 1: it isn't JSON",
      })
  void that_was_pointed_to_a_server(String said, String verdict, String why) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/healthz",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    String[] words = said.replace("URL2", url + "0").replace("URL", url).split(" ");
    String line =
        words.length == 1
            ? words[0]
            : "{\"service\":\"web\",\"url\":\"%s\",\"version\":\"1.2.3\",\"commit\":\"abc\",\"origin\":\"%s\"}"
                .formatted(words[1], words[0]);
    try {
      Checkout project =
          project()
              .file(
                  "matrix.yaml",
                  """
                  name: test
                  services:
                    web: { endpoint: WEB_ENDPOINT, health: /healthz, started-by: tests }
                  legs: { one: { title: One, services: [web] } }
                  """)
              .file("line", line + "\n")
              .leg(
                  "one",
                  "step('a') { shell('test "
                      + (words[0].equals("nothing") ? "1" : "$(cat line >> $MATRIX_SERVERS)")
                      + " || true; env > seen') }\n");
      Checkout.Result result = project.env("WEB_ENDPOINT", url).run();
      assertThat(result.verdict()).startsWith(verdict);
      if (why != null) {
        assertThat(result.out()).contains(why.replace("URL2", url + "0").replace("URL", url));
      }
      assertThat(Checkout.read(temp.resolve("seen"))).contains("WEB_ENDPOINT=" + url + "\n");
      assertThat(result.code())
          .isEqualTo(verdict.equals("GREEN") ? 0 : verdict.equals("RED") ? 1 : 3);
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"INT", "TERM"})
  void that_is_told_to_stop_ends_everything_and_says_so(String signal) throws Exception {
    Checkout project =
        project()
            .legs("one: { title: One }", "two: { title: Two, needs: [one] }")
            .leg(
                "one",
                "step('a') { shell('touch started; setsid " + nap(4) + " & " + nap(4) + "') }\n")
            .leg("two", "step('a') { exec('true') }\n");
    Path out = Files.createFile(temp.resolve("out"));
    Process gate = project.start(out, out);
    await(temp.resolve("started"));
    new ProcessBuilder("kill", "-" + signal, String.valueOf(gate.pid())).start().waitFor();
    assertThat(gate.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(gate.exitValue()).isEqualTo(130);
    assertThat(Checkout.read(out)).contains("INTERRUPTED", "told to stop");
    assertThat(Checkout.processes(nap(4))).isEmpty();
  }

  @Test
  void that_is_killed_leaves_no_process_and_is_never_green() throws Exception {
    Path tmp = Files.createDirectory(temp.resolve("tmp")).toRealPath();
    Checkout project =
        project()
            .tmp(tmp)
            .one(
                "step('a') { shell('mktemp -d > made; mv made started; setsid "
                    + nap(5)
                    + " & "
                    + nap(5)
                    + "') }\n");
    Path out = Files.createFile(temp.resolve("out"));
    Process gate = project.start(out, out);
    await(temp.resolve("started"));
    gate.destroyForcibly().waitFor();
    for (int i = 0; i < 100 && !Checkout.processes(nap(5)).isEmpty(); i++) {
      Thread.sleep(20);
    }
    assertThat(Checkout.processes(nap(5))).isEmpty();
    Path left = Path.of(Files.readString(temp.resolve("started")).strip());
    assertThat(left).startsWith(tmp).exists();
    assertThat(project.run("runs").out()).contains("INTERRUPTED");
    assertThat(project.run("report").out()).contains("INTERRUPTED", "the journal has no end");
    assertThat(project.leg("one", "step('a') { exec('true') }\n").run().code()).isZero();
    assertThat(left).as("the next run clears it").doesNotExist();
  }

  @Test
  void keeps_compiled_legs_for_the_next_one() throws IOException {
    Checkout project = project().ownLegs().one("step('a') { exec('true') }\n");
    Map<String, Object> first = compiled(project.run());
    assertThat(first).hasSize(1);
    assertThat(compiled(project.run())).isEqualTo(first);
    assertThat(compiled(project.one("step('a') { exec('echo') }\n").run())).hasSize(2);
  }

  /** What tells the files from others that have their names. */
  private static Map<String, Object> compiled(Checkout.Result result) throws IOException {
    assertThat(result.verdict()).startsWith("GREEN");
    Map<String, Object> keys = new TreeMap<>();
    try (Stream<Path> files = Files.list(result.folder().resolve(".cccc/cache/legs"))) {
      for (Path file : files.toList()) {
        keys.put(file.toString(), Files.getAttribute(file, "unix:ino"));
      }
    }
    return keys;
  }

  @Test
  void gives_its_processes_a_folder_for_what_they_leave() throws IOException {
    Checkout.Result result = project().one("step('a') { shell('mktemp -d') }\n").run();
    String left = result.file("legs/one/01-a.log").lines().reduce((_, last) -> last).orElse("");
    assertThat(left).startsWith("/tmp/matrix-");
    assertThat(Path.of(left)).doesNotExist();
  }

  private static void await(Path file) throws InterruptedException {
    for (int i = 0; i < 500 && !Files.exists(file); i++) {
      Thread.sleep(20);
    }
    assertThat(file).exists();
  }

  @Test
  void can_be_reported_again_in_every_form() throws IOException {
    Checkout project = project().one("step('a') { exec('false') }\n");
    Checkout.Result run = project.run();
    String printed = run.out();
    assertThat(project.run("report", "--as", "replay").out()).isEqualTo(printed);
    assertThat(printed).endsWith(project.run("report").out());
    assertThat(project.run("report", "--as", "junit").out()).isEqualTo(run.file("junit.xml"));
    assertThat(project.run("report", "--as", "ctrf").out()).isEqualTo(run.file("ctrf.json"));
    assertThat(project.run("report", "--as", "markdown").out()).isEqualTo(run.file("summary.md"));
    assertThat(project.run("report", "--as", "html").out()).isEqualTo(run.file("report.html"));
    Path again = Files.createTempDirectory("reports-");
    assertThat(project.run("report", "--to", again.toString()).code()).isZero();
    for (String name : List.of("junit.xml", "ctrf.json", "summary.md")) {
      assertThat(again.resolve(name)).hasContent(run.file(name));
      Files.delete(again.resolve(name));
    }
    assertThat(again.resolve("report.html")).content().contains("/legs/one/01-a.log\"");
    Files.delete(again.resolve("report.html"));
    Files.delete(again);
    Checkout.Result nowhere = project.run("report", "--to", "matrix.yaml");
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("--to").contains("matrix.yaml");
    JsonNode runs = new ObjectMapper().readTree(project.run("runs", "--json").out());
    assertThat(runs.path(0).path("verdict").asText()).isEqualTo("RED");
    assertThat(runs.path(0).path("legs").path(0).path("outcome").asText()).isEqualTo("failed");
    assertThat(runs.path(0).path("millis").asLong()).isPositive();
  }
}
