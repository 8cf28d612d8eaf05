package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Greps every file that a run leaves, and all that it prints. */
@DisplayName("A secret")
class SecretsRunTest {
  private static final String CANARY = "canary-4711-tweet";

  @TempDir Path temp;
  private Checkout project;

  @BeforeEach
  void project() throws IOException {
    project =
        new Checkout(temp.resolve("project"))
            .ownLegs()
            .env("TMPDIR", Files.createDirectories(temp.resolve("tmp")).toString());
    define("one: { title: One }");
  }

  private void define(String... legs) {
    project.file(
        "matrix.yaml",
        "name: test\ntoggles: { TOKEN: { type: text, secret: true, help: Opens it } }\nlegs:\n  "
            + String.join("\n  ", legs)
            + "\n");
  }

  private Checkout leg(String body) {
    return project.leg("one", body).env("TOKEN", CANARY);
  }

  /** The files and outputs that a part of the secret is in, other than those of the project. */
  private List<String> leaks(Checkout.Result result, String... parts) throws IOException {
    List<String> leaks = new ArrayList<>();
    List<Path> roots = List.of(temp.resolve("tmp"), temp.resolve("project/.cccc"));
    for (String part : parts) {
      if ((result.out() + result.err()).contains(part)) {
        leaks.add("console: " + result.out() + result.err());
      }
      for (Path root : roots) {
        leaks.addAll(leaks(root, part));
      }
    }
    return leaks;
  }

  private static List<String> leaks(Path root, String part) throws IOException {
    List<String> leaks = new ArrayList<>();
    String bytes = new String(part.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(bytes)) {
          leaks.add(file.toString());
        }
      }
    }
    return leaks;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shell('echo $TOKEN')",
        "shell('printf %s \"$TOKEN\"')",
        "shell('echo $TOKEN >&2; exit 3')",
        "shell('printf canary-47; sleep 0.3; printf 11-tweet; exit 1')",
        "shell('printf canary-47; (sleep 0.3; printf 11-tweet) & wait')",
        "shell('head -c 65530 /dev/zero | tr \"\\\\0\" x; echo $TOKEN')",
        "shell('head -c 131065 /dev/zero | tr \"\\\\0\" x; echo $TOKEN; sleep 0.1; echo $TOKEN')",
        "shell('env')",
        "exec('echo', toggles.TOKEN.value())",
        "exec('no-such-command', toggles.TOKEN.value())",
        "exec('false', env: [OTHER: \"x${toggles.TOKEN.value()}y\"])",
        "exec('true'); fail(\"it was ${toggles.TOKEN.value()}\")",
        "exec('true'); assert toggles.TOKEN.value() == 'other'",
        "exec('true'); Integer.parseInt(toggles.TOKEN.value())",
        "exec('true'); log(toggles.TOKEN.value())",
        "exec('true'); files.write('a', toggles.TOKEN.value()); log(files.read('a'))",
        "exec('true'); files.read(toggles.TOKEN.value())",
        "shell('sleep 0.2 && echo $TOKEN', expect: 7)",
        "await(\"x ${toggles.TOKEN.value()}\", within: '50ms', every: '20ms') { exec('true'); false"
            + " }",
        "http.get(\"http://127.0.0.1:1/${toggles.TOKEN.value()}\")",
        "assert exec('sh', '-c', 'echo $TOKEN').output() == '[secret TOKEN]\\n'",
      })
  void is_in_no_file_of_a_run_whose_leg_does(String body) throws IOException {
    Checkout.Result result = leg("step(\"a ${toggles.TOKEN.value()}\") { " + body + " }\n").run();
    assertThat(leaks(result, CANARY)).isEmpty();
    assertThat(result.file("events.jsonl")).contains("[secret TOKEN]");
    assertThat(Files.list(temp.resolve("tmp"))).isEmpty();
    assertThat(result.code()).as(result.out() + result.err()).isLessThan(2);
  }

  @Test
  void is_masked_in_the_log_where_all_else_is_whole() throws IOException {
    Checkout.Result result =
        leg("""
        step('a') {
            shell('head -c 200000 /dev/zero | tr "\\\\0" x; echo; echo "a${TOKEN}b"; printf canary-')
            exec('echo', 'next')
        }
        """)
            .run();
    assertThat(result.verdict()).as(result.out()).startsWith("GREEN");
    assertThat(result.file("legs/one/01-a.log"))
        .contains("x".repeat(200000) + "\na[secret TOKEN]b\ncanary-$ echo next\nnext\n");
  }

  @Test
  void is_not_in_the_answer_of_a_server_that_echoes_it() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              ("you said " + exchange.getRequestHeaders().getFirst("X-Token"))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(500, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      Checkout.Result result =
          leg("step('a') { http.get('http://127.0.0.1:%d/', headers: ['X-Token': toggles.TOKEN.value()]) }\n"
                  .formatted(server.getAddress().getPort()))
              .run();
      assertThat(result.out()).contains("you said [secret TOKEN]");
      assertThat(leaks(result, CANARY)).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\"b\\c$d äé", "it's a 'secret'", "{\"key\": \"v\\\\alue\"}", "a.*[b]c+"})
  void may_have_any_characters(String secret) throws IOException {
    leg(
        """
        step('a') {
            shell('echo "$TOKEN"; printf "%s" "$TOKEN" >&2')
            log("${toggles.TOKEN.value()}")
            exec('echo', "x${toggles.TOKEN.value()}")
            fail("it was ${toggles.TOKEN.value()}")
        }
        """);
    Checkout.Result result = project.env("TOKEN", secret).run();
    assertThat(result.out()).contains("it was [secret TOKEN]");
    assertThat(leaks(result, secret, secret.replace("\\", "\\\\").replace("\"", "\\\""))).isEmpty();
  }

  @Test
  void is_masked_line_by_line_too() throws IOException {
    leg("step('a') { shell('echo \"$TOKEN\" | sed \"s/^/> /\"; exit 1') }\n");
    Checkout.Result result =
        project.env("TOKEN", "-----BEGIN-----\n  first-line\nsecond-line\n}\n").run();
    assertThat(leaks(result, "first-line", "second-line")).isEmpty();
    assertThat(result.file("legs/one/01-a.log")).contains("> }");
  }

  @Test
  void is_in_no_file_of_a_run_that_was_killed() throws Exception {
    leg(
        """
        step('a') { shell('while :; do echo $TOKEN; printf canary-4711; sleep 0.01; printf -- "-tweet"; done') }
        """);
    for (int millis : new int[] {0, 30, 60, 150}) {
      Path out = Files.createTempFile(temp, "out", "");
      Process gate = project.start(out, out, "--log-dir", ".cccc/run" + millis);
      Path log = temp.resolve("project/.cccc/run" + millis + "/legs/one/01-a.log");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!Files.exists(log) || !Checkout.read(log).contains("[secret TOKEN]")) {
        assertThat(gate.isAlive() && System.nanoTime() < end).as(Checkout.read(out)).isTrue();
        Thread.sleep(5);
      }
      Thread.sleep(millis);
      gate.destroyForcibly().waitFor();
      assertThat(leaks(new Checkout.Result(0, Checkout.read(out), "", temp), CANARY)).isEmpty();
      awaitGone();
    }
  }

  private void awaitGone() throws InterruptedException {
    for (int i = 0; i < 500 && !Checkout.processes("echo $TOKEN").isEmpty(); i++) {
      Thread.sleep(20);
    }
    assertThat(Checkout.processes("echo $TOKEN")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "plan --json", "show one", "show one --json", "--dry-run"})
  void is_not_shown_by(String command) throws IOException {
    leg("step('a', when: toggles.TOKEN.is('x').not()) { exec('echo', toggles.TOKEN.value()) }\n");
    Checkout.Result result = project.env("TOKEN", "a\"b\\c$d äé").run(command.split(" "));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("[secret TOKEN]").doesNotContain("c$d");
  }

  /** Such a value is quoted for a shell, and the quotes and it are escaped for JSON. */
  @ParameterizedTest
  @ValueSource(strings = {"it'sa\"qzxjk", "qzxjk'\\'\"$x", "\u0001'qzxjk\b\""})
  void is_shown_by_no_command_that_tells_of_steps(String secret) throws IOException {
    shows(
        secret,
        List.of(
            "plan",
            "plan --json",
            "show one",
            "show one --json",
            "why one",
            "why one --json",
            "report",
            "--dry-run"));
  }

  @Test
  void is_shown_by_no_other_command() throws IOException {
    shows(
        "it'sa\"qzxjk",
        List.of(
            "runs",
            "runs --json",
            "runs --html",
            "list",
            "list --json",
            "lint",
            "doctor",
            "doctor --json",
            "export github --max-jobs 1",
            "export gitlab",
            "trace",
            "clean --dry-run"));
  }

  private void shows(String secret, List<String> commands) throws IOException {
    leg(
        "step(\"a ${toggles.TOKEN.value()}\") { exec('echo', toggles.TOKEN.value()); exec('false')"
            + " }\n");
    project.env("TOKEN", secret);
    Checkout.Result ran = project.run();
    assertThat(ran.verdict()).startsWith("RED");
    assertThat(leaks(ran, "qzxjk")).isEmpty();
    String run = ran.run().getFileName().toString();
    List<String> all = new ArrayList<>(commands);
    commands.stream().filter(it -> it.startsWith("why")).forEach(it -> all.add(it + " " + run));
    for (String command : all) {
      Checkout.Result result = project.run(command.split(" "));
      assertThat(leaks(result, "qzxjk")).as(command).isEmpty();
      if (command.startsWith("show") || command.startsWith("plan")) {
        assertThat(result.out()).as(command).contains("[secret TOKEN]");
      }
    }
  }

  @Test
  void is_refused_on_the_command_line_where_everybody_could_read_it() {
    leg("step('a') { exec('true') }\n");
    for (String name : List.of("TOKEN", "TOKN")) {
      Checkout.Result result = project.run("--set", name + "=" + CANARY);
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.out() + result.err()).doesNotContain(CANARY);
    }
    assertThat(project.run("--set", "TOKEN=" + CANARY).err())
        .contains("set it in the environment: TOKEN=… ./jbang matrix.java");
  }

  @Test
  void is_refused_where_it_is_too_short_without_being_quoted() {
    Checkout.Result result = leg("step('a') { exec('true') }\n").env("TOKEN", " qzxjk ").run();
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("TOKEN is secret and shorter than 6").doesNotContain("qzxjk");
  }

  @Test
  void does_not_hide_what_a_process_left_behind_and_waits_for_no_daemon() throws IOException {
    Checkout.Result result =
        leg("step('a') { shell('setsid sh -c \"trap : HUP; while :; do echo $TOKEN; sleep 0.05;"
                + " done\" & echo up') }\n")
            .run();
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.out()).contains("leaked");
    assertThat(leaks(result, CANARY)).isEmpty();
  }

  @Test
  void that_nobody_declared_is_masked_in_what_is_shown_and_reported_if_it_looks_like_one() {
    String token = "ghp_" + "a1B2".repeat(9);
    Checkout.Result result = leg("step('a') { shell('echo %s; exit 1') }\n".formatted(token)).run();
    assertThat(result.out()).contains("[masked GitHub token]").doesNotContain(token);
    for (String name :
        List.of("events.jsonl", "junit.xml", "ctrf.json", "summary.md", "report.html")) {
      assertThat(result.file(name)).doesNotContain(token);
    }
    assertThat(result.file("legs/one/01-a.log")).contains(token);
  }

  @Test
  void in_an_artifact_fails_the_step_that_wrote_it() throws IOException {
    Checkout.Result result =
        leg("step('a', artifacts: ['a.txt']) { shell('echo $TOKEN > a.txt') }\n").run();
    assertThat(result.out()).contains("artifact `a.txt` has a secret in it");
    assertThat(result.verdict()).startsWith("RED");
    assertThat(leaks(result, CANARY)).isEmpty();
  }

  /** A Cargo workspace without dependencies, whose sources are still missing. */
  private void cargo() {
    assumeTrue(
        System.getenv("CI") != null
            || Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(it -> Files.isExecutable(Path.of(it, "cargo"))),
        "no cargo");
    for (String name : new String[] {"CARGO_HOME", "RUSTUP_HOME"}) {
      if (System.getenv(name) != null) {
        project.env(name, System.getenv(name));
      }
    }
    project
        .file(
            "reference/Cargo.toml",
            "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
        .file(
            "reference/Cargo.lock",
            "version = 3\n\n[[package]]\nname = \"tiny\"\nversion = \"0.1.0\"\n");
  }

  @Test
  void is_kept_from_builds_and_masked_in_cases_and_in_the_logs_of_services() throws IOException {
    cargo();
    project
        .file("reference/src/lib.rs", "")
        .file(
            "reference/src/main.rs",
            """
            fn main() {
                let listener = std::net::TcpListener::bind(std::env::args().nth(1).unwrap()).unwrap();
                println!("it is {}", std::env::var("TOKEN").unwrap());
                for stream in listener.incoming() { drop(stream) }
            }
            """)
        .file(
            "reference/tests/shows.rs",
            """
            #[test] fn built_without() { assert_eq!(option_env!("TOKEN"), None) }
            #[test] fn shows() {
                let token = std::env::var("TOKEN").unwrap();
                println!("it is {token}");
                panic!("{token:?} is it")
            }
            """)
        .file(
            "matrix.yaml",
            """
            name: test
            workspaces: { platform: { path: reference } }
            toggles: { TOKEN: { type: text, secret: true } }
            services: { tiny: { health: tcp, start: { bin: tiny, args: ["127.0.0.1:{port}"] } } }
            legs: { one: { title: One, services: [tiny] } }
            """);
    Checkout.Result result =
        leg("step('a') { cargoTest('tiny', test: 'shows', env: [AGAIN: toggles.TOKEN.value()]) }\n")
            .run();
    assertThat(result.out()).contains("1 of 2 cases failed: `shows`");
    assertThat(result.file("events.jsonl")).contains("[secret TOKEN]\\\" is it");
    assertThat(result.file("legs/one/service-tiny-0.log")).contains("it is [secret TOKEN]");
    assertThat(leaks(result, CANARY)).isEmpty();
    assertThat(leaks(temp.resolve("project/reference"), CANARY)).isEmpty();
  }

  @Test
  void is_kept_from_doctests_which_rustdoc_builds_as_it_runs_them() throws IOException {
    cargo();
    project
        .file(
            "reference/src/lib.rs",
            """
            pub const BUILT_WITH: Option<&str> = option_env!("TOKEN");
            /// ```
            /// assert_eq!(tiny::BUILT_WITH, None);
            /// assert_eq!(option_env!("TOKEN"), None);
            /// assert!(std::env::var("TOKEN").is_err());
            /// ```
            pub fn it() {}
            """)
        .file(
            "matrix.yaml",
            """
            name: test
            workspaces: { platform: { path: reference } }
            toggles: { TOKEN: { type: text, secret: true } }
            legs: { one: { title: One } }
            """);
    for (String selection : List.of("doc: true", "env: [AGAIN: toggles.TOKEN.value()]")) {
      Checkout.Result result =
          leg("step('a') { cargoTest('tiny', %s) }\n".formatted(selection)).run();
      assertThat(result.verdict()).as(result.out()).startsWith("GREEN");
      assertThat(leaks(result, CANARY)).isEmpty();
      assertThat(leaks(temp.resolve("project/reference"), CANARY)).isEmpty();
    }
  }
}
