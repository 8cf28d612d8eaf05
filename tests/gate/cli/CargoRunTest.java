package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.BinaryTested;
import gate.journal.JournalReader;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
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

@DisplayName("A run of somebody else's Cargo workspace")
class CargoRunTest {
  /** A server without dependencies that is healthy after a while, or never. */
  private static final String SERVER =
      """
      use std::io::{Read, Write};
      fn main() {
          let args: Vec<String> = std::env::args().collect();
          if args[2] == "dies" { eprintln!("no such mode"); std::process::exit(9) }
          if args[2] == "taken" || args[2] == "taken-once" && !std::path::Path::new("tried").exists() {
              std::fs::write("tried", "").unwrap();
              let _other = std::net::TcpListener::bind(&args[1]).unwrap();
              std::net::TcpListener::bind(&args[1]).unwrap();
          }
          let listener = std::net::TcpListener::bind(&args[1]).unwrap();
          for stream in listener.incoming() {
              let mut stream = stream.unwrap();
              let mut buffer = [0; 1024];
              let _ = stream.read(&mut buffer);
              let body = format!("{{\\"version\\":\\"0.9\\",\\"peers\\":\\"{}\\"}}", args[3]);
              let status = if args[2] == "never" { "503 Later" } else { "200 OK" };
              let _ = write!(stream, "HTTP/1.1 {status}\\r\\nContent-Length: {}\\r\\nConnection: close\\r\\n\\r\\n{body}", body.len());
          }
      }
      """;

  @TempDir Path temp;
  private Checkout project;

  @BeforeEach
  void workspace() {
    assumeTrue(
        System.getenv("CI") != null
            || Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(it -> Files.isExecutable(Path.of(it, "cargo"))),
        "no cargo");
    Path other = temp.resolve("other workspace");
    new Checkout(other)
        .file("Cargo.toml", "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
        .file("Cargo.lock", "version = 3\n\n[[package]]\nname = \"tiny\"\nversion = \"0.1.0\"\n")
        .file("src/main.rs", SERVER)
        .file("tests/good.rs", "#[test] fn works() {}\n")
        .file(
            "tests/bad.rs",
            "#[test] fn works() {}\n#[test] fn breaks() { panic!(\"broken here\") }\n")
        .file(
            "tests/forged.rs",
            "#[test] fn exits() { println!(\"test exits ... ok\"); std::process::exit(0) }\n")
        .file(
            "tests/bytes.rs",
            "#[test] fn bytes() { use std::io::Write;"
                + " std::io::stdout().write_all(b\"\\xff\\x00\\x1b[31m]]>\").unwrap();"
                + " panic!(\"\\u{1}\\u{fffe}\") }\n");
    project = new Checkout(temp.resolve("gate"));
    project.env("MATRIX_WORKSPACE", other.toString());
    for (String name : new String[] {"CARGO_HOME", "RUSTUP_HOME"}) {
      if (System.getenv(name) != null) {
        project.env(name, System.getenv(name));
      }
    }
    define("ready");
  }

  private void define(String mode) {
    project.file(
        "matrix.yaml",
        """
        name: test
        workspaces: { platform: { path: reference, env: MATRIX_WORKSPACE } }
        services:
          tiny:
            health: /
            start: { bin: tiny, replicas: 2, args: ["127.0.0.1:{port}", "%s", "{peers}"], timeout: %s }
        legs: { one: { title: One, services: [tiny] }, two: { title: Two } }
        """
            .formatted(mode, mode.equals("never") ? "2s" : "30s"));
    project.leg("two", "step('tests') { cargoTest('tiny', test: 'good') }\n");
    project.leg(
        "one",
        """
        step('both replicas answer') {
            services.tiny.urls().each { String url -> assert http.get(url).json().at('peers').text().split(',').size() == 2 }
        }
        """);
  }

  @Test
  void starts_its_services_on_free_ports_waits_for_them_and_takes_them_down() {
    Checkout.Result result = project.run();
    assertThat(result.out()).contains("GREEN");
    assertThat(result.file("events.jsonl")).contains("\"version\":\"0.9\"", "service-stopped");
    assertThat(Checkout.processes("/tiny 127.0.0.1:")).isEmpty();
    assertThat(result.file("junit.xml")).contains("name=\"works\"");
    assertThat(project.run("two").out()).contains("GREEN", "SELECTED");
  }

  @ParameterizedTest(name = "built in {0}")
  @ValueSource(strings = {"", "elsewhere"})
  void tells_the_content_of_each_server_and_test_binary_before_it_starts(String target)
      throws Exception {
    Path built = temp.toRealPath().resolve(target.isEmpty() ? "other workspace/target" : target);
    if (!target.isEmpty()) {
      project.env("CARGO_TARGET_DIR", built.toString());
    }
    Path journal = project.run().run().resolve("events.jsonl");
    List<String> order = new ArrayList<>();
    for (Entry entry : JournalReader.read(journal)) {
      switch (entry.event()) {
        case BinaryTested it -> order.add(it.leg() + it.step() + " told");
        case Event.ProcessStarting it -> order.add(it.leg() + it.step() + " starts");
        default -> {}
      }
    }
    assertThat(order.stream().filter(it -> it.startsWith("one")))
        .containsExactly("one0 told", "one0 starts", "one0 starts");
    assertThat(order.stream().filter(it -> it.startsWith("two")))
        .containsExactly("two1 told", "two1 starts", "two1 starts");
    for (LegRecord leg : RunRecord.of(JournalReader.read(journal)).legs()) {
      assertThat(leg.binaries()).hasSize(1);
      BinaryTested binary = leg.binaries().getFirst();
      Path file = temp.resolve("other workspace").resolve(binary.path());
      assertThat(binary.path()).startsWith(target.isEmpty() ? "target/debug/" : built + "/debug/");
      assertThat(binary.size()).isEqualTo(Files.size(file));
      assertThat(project.shell("sha256sum '%s'".formatted(file)).out())
          .startsWith(binary.sha256() + " ");
    }
  }

  @Test
  void has_each_process_that_builds_in_its_journal_before_it_starts() {
    project
        .program(
            "fake/cargo",
            """
            PATH=${PATH#*:}
            for journal in "ROOT"/.cccc/work/integration-matrix/*/events.jsonl; do
              [ -e "$journal" ] || continue
              call="\\"argv\\":[\\"cargo\\"$(printf ',"%s"' "$@")]"
              echo "$call" >> "ROOT/asked"
              [ "$(grep -cF "$call" "$journal")" -ge "$(grep -cxF "$call" "ROOT/asked")" ] || echo "$call" >> "ROOT/unrecorded"
            done
            exec cargo "$@"
            """
                .replace("ROOT", project.folder().toString()))
        .env("PATH", project.folder().resolve("fake") + ":" + System.getenv("PATH"));
    assertThat(project.run().verdict()).startsWith("GREEN");
    assertThat(project.folder().resolve("asked")).content().contains("--bin", "--test");
    assertThat(project.folder().resolve("unrecorded")).doesNotExist();
  }

  @Test
  void starts_a_service_that_cargo_builds_another_way_each_time_it_is_asked() {
    new Checkout(temp.resolve("other workspace"))
        .file(
            "build.rs",
            """
            fn main() {
                println!("cargo:rerun-if-changed=not-there");
                let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
                println!("cargo:rustc-env=NOW={}", now.as_nanos());
            }
            """)
        .file("src/main.rs", SERVER.replace("fn main() {", "fn main() { println!(env!(\"NOW\"));"));
    Checkout.Result result = project.run("one");
    assertThat(result.verdict()).as(result.out()).startsWith("GREEN");
  }

  @Test
  void is_red_for_a_service_that_never_gets_healthy_or_dies() {
    define("never");
    Checkout.Result never = project.run("one");
    assertThat(never.verdict()).startsWith("RED");
    assertThat(never.out()).contains("service `tiny` didn't get healthy within 2 s", "503");
    define("dies");
    Checkout.Result dies = project.run("one");
    assertThat(dies.verdict()).startsWith("RED");
    assertThat(dies.out()).contains("ended before it was healthy", "exit code 9", "no such mode");
    assertThat(Checkout.processes("/tiny 127.0.0.1:")).isEmpty();
  }

  @Test
  void tries_other_ports_for_a_service_whose_port_is_taken_and_then_gives_up() {
    define("taken-once");
    Checkout.Result once = project.run("one");
    assertThat(once.verdict()).startsWith("GREEN");
    assertThat(
            RunRecord.of(JournalReader.read(once.run().resolve("events.jsonl")))
                .legs()
                .getFirst()
                .binaries())
        .hasSize(1);
    define("taken");
    Checkout.Result taken = project.run("one");
    assertThat(taken.verdict()).startsWith("RED");
    assertThat(taken.out()).contains("ended before it was healthy", "Address already in use");
    assertThat(taken.file("events.jsonl").split("tiny-[01].log", -1)).hasSize(1 + 3 * 2);
    assertThat(Checkout.processes("/tiny 127.0.0.1:")).isEmpty();
  }

  @Test
  void is_red_for_a_failing_test_a_forged_line_and_bytes_that_are_no_text() throws Exception {
    project.leg("two", "step('bad') { cargoTest('tiny', test: 'bad') }\n");
    Checkout.Result bad = project.run("two");
    assertThat(bad.verdict()).startsWith("RED");
    assertThat(bad.out())
        .contains(
            "1 of 2 cases failed: `breaks`",
            "broken here",
            "cargo test --locked -p tiny --test bad");
    assertThat(bad.code()).isEqualTo(1);
    project.leg("two", "step('forged') { cargoTest('tiny', test: 'forged') }\n");
    assertThat(project.run("two").out())
        .contains("RED", "ended with exit code 0 before 1 of 1 tests had");
    project.leg("two", "step('bytes') { cargoTest('tiny', test: 'bytes') }\n");
    Checkout.Result bytes = project.run("two");
    assertThat(bytes.verdict()).startsWith("RED");
    assertThat(bytes.out()).doesNotContain("\u001b");
    javax.xml.parsers.DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(bytes.run().resolve("junit.xml").toFile());
  }

  @Test
  void does_not_disturb_others_that_run_at_the_same_time_in_the_same_workspace() throws Exception {
    List<Process> gates = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Path log = Files.createFile(temp.resolve("out" + i));
      project.env("LOG_DIR", temp.resolve("run" + i).toString());
      gates.add(project.start(log, log));
    }
    for (int i = 0; i < 3; i++) {
      assertThat(gates.get(i).waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(gates.get(i).exitValue())
          .as("%s", Checkout.read(temp.resolve("out" + i)))
          .isZero();
    }
  }
}
