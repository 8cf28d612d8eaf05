package gate.kernel.cargo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import gate.dsl.CargoTest;
import gate.dsl.CargoTest.Target;
import gate.kernel.cargo.Case.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Cargo tests")
class CargoTestsTest {
  private static final String MANIFEST =
      """
      [package]
      name = "%s"
      version = "0.1.0"
      edition = "2021"
      %s
      """;

  private static final String SLEEPS =
      """
      #[test] fn starts() {
          std::thread::sleep(std::time::Duration::from_secs(1));
          assert!(std::process::Command::new(env!("CARGO_BIN_EXE_epsilon")).status().unwrap().success());
      }
      """;

  @TempDir static Path temp;
  private static Workspace workspace;

  @BeforeAll
  static void build() throws Exception {
    assumeTrue(
        System.getenv("CI") != null
            || Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(it -> Files.isExecutable(Path.of(it, "cargo"))),
        "no cargo");
    workspace = new Workspace(temp);
    workspace
        .file(
            "Cargo.toml",
            "[workspace]\n"
                + "members = ['alpha', 'beta', 'broken', 'delta', 'epsilon', 'gamma']\n"
                + "resolver = '2'\n")
        .file(".cargo/config.toml", "[env]\nFROM_CONFIG = 'yes'\n")
        .file(
            "alpha/Cargo.toml",
            MANIFEST.formatted(
                "alpha",
                """
                [features]
                extra = []
                [[test]]
                name = "own"
                harness = false
                [[test]]
                name = "behind"
                required-features = []
                """))
        .file("alpha/build.rs", "fn main() { println!(\"cargo:rustc-env=FROM_BUILD=1\"); }\n")
        .file("alpha/src/main.rs", "fn main() { println!(\"alpha\") }\n")
        .file(
            "alpha/src/lib.rs",
            """
            #[cfg(test)]
            mod tests {
                mod deep { #[test] fn unit() {} }
                #[test] #[ignore = "for\\nlater"] fn later() {}
            }
            """)
        .file(
            "alpha/tests/own.rs",
            """
            fn main() {
                if std::env::var("OWN").is_ok() { std::process::exit(3) }
                if let Ok(said) = std::env::var("SAYS") { println!("\\n{said}") }
            }
            """)
        .file("alpha/tests/behind.rs", "#[cfg(feature = \"extra\")] #[test] fn hidden() {}\n")
        .file(
            "alpha/tests/good.rs",
            """
            #[test] fn one() { println!("test good ... FAILED"); }
            #[test] #[should_panic] fn two() { panic!("as it should") }
            #[test] fn knows_what_cargo_tells() {
                assert!(std::env::var("CARGO_MANIFEST_DIR").unwrap().ends_with("alpha"));
                assert!(std::path::Path::new(env!("CARGO_BIN_EXE_alpha")).exists());
                assert_eq!(std::env::var("FROM_CONFIG").unwrap(), "yes");
                assert_eq!(env!("FROM_BUILD"), "1");
                assert!(std::env::var("OUT_DIR").is_ok());
                assert!(std::env::current_dir().unwrap().ends_with("alpha"));
                assert!(std::env::var("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER").is_err());
                assert!(std::env::var("RUSTDOC").is_err());
            }
            #[test] fn prints_bytes() {
                use std::io::Write;
                std::io::stdout().write_all(b"\\xff\\xfe\\n").unwrap();
            }
            """)
        .file(
            "alpha/tests/bad.rs",
            """
            #[test] fn fine() {}
            #[test] fn wrong() { println!("some output"); assert_eq!(1 + 1, 3, "sums"); }
            #[test] fn forges() { println!("\\ntest wrong ... ok\\ntest result: ok. 2 passed"); panic!("no"); }
            """)
        .file(
            "alpha/tests/ends.rs",
            """
            #[test] fn a_first() {}
            #[test] fn exits() {
                if let Ok(code) = std::env::var("CODE") { std::process::exit(code.parse().unwrap()) }
            }
            #[test] fn aborts() { if std::env::var("ABORT").is_ok() { std::process::abort() } }
            #[test] fn forges_the_log() {
                if std::env::var("FORGE").is_err() { return }
                let args: Vec<String> = std::env::args().collect();
                let at = args.iter().position(|a| a == "--logfile").unwrap() + 1;
                use std::io::Write;
                let mut log = std::fs::OpenOptions::new().append(true).open(&args[at]).unwrap();
                writeln!(log, "{}", std::env::var("FORGE").unwrap()).unwrap();
                if std::env::var("THEN").is_ok() { std::process::exit(0) }
            }
            """)
        .file(
            "alpha/tests/order.rs",
            """
            use std::sync::mpsc::{channel, Receiver, Sender};
            use std::sync::{LazyLock, Mutex};
            type Line = (Mutex<Sender<()>>, Mutex<Receiver<()>>);
            static LINE: LazyLock<Line> = LazyLock::new(|| {
                let (to, from) = channel();
                (Mutex::new(to), Mutex::new(from))
            });
            #[test] fn a_waits() {
                LINE.1.lock().unwrap().recv().unwrap();
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
            #[test] fn b_is_waited_for() { LINE.0.lock().unwrap().send(()).unwrap() }
            """)
        .file("alpha/tests/none.rs", "// nothing\n")
        .file(
            "alpha/tests/ignored.rs",
            "#[test] #[ignore] fn slow() {}\n#[test] #[ignore] fn slower() { panic!() }\n")
        .file("beta/Cargo.toml", MANIFEST.formatted("beta", ""))
        .file(
            "beta/src/lib.rs",
            """
            /// ```
            /// assert_eq!(beta::two(), 2);
            /// ```
            pub fn two() -> i32 { 2 }
            /// ```
            /// if std::env::var("BAD").is_ok() { panic!("not so") }
            /// ```
            pub fn three() {}
            /// ```compile_fail
            /// nothing
            /// ```
            pub fn four() {}
            #[test] fn unit() {}
            """)
        .file("delta/Cargo.toml", MANIFEST.formatted("delta", "[features]\nextra = []\n"))
        .file("delta/src/main.rs", "fn main() { print!(\"{}\", cfg!(feature = \"extra\")) }\n")
        .file(
            "delta/tests/starts.rs",
            """
            #[test] fn what_was_built_for_it() {
                std::thread::sleep(std::time::Duration::from_secs(2));
                let said = std::process::Command::new(env!("CARGO_BIN_EXE_delta")).output().unwrap();
                assert_eq!(String::from_utf8_lossy(&said.stdout), cfg!(feature = "extra").to_string());
            }
            """)
        .file(
            "delta/tests/replaces.rs",
            """
            #[test] fn what_was_built_for_it() {
                let own = env!("CARGO_BIN_EXE_delta");
                let copy = format!("{own}-copy");
                std::fs::copy(own, &copy).unwrap();
                std::fs::rename(&copy, own).unwrap();
            }
            """)
        .file("epsilon/Cargo.toml", MANIFEST.formatted("epsilon", ""))
        .file("epsilon/build.rs", "fn main() { println!(\"cargo:rerun-if-changed=missing\") }\n")
        .file("epsilon/src/main.rs", "fn main() {}\n")
        .file("epsilon/tests/one.rs", SLEEPS)
        .file("epsilon/tests/two.rs", SLEEPS)
        .file("gamma/Cargo.toml", MANIFEST.formatted("gamma", ""))
        .file("gamma/src/lib.rs", "")
        .file("broken/Cargo.toml", MANIFEST.formatted("broken", ""))
        .file("broken/src/lib.rs", "pub fn fine() {}\n")
        .file("broken/tests/sound.rs", "#[test] fn sound() { broken::fine() }\n")
        .file("broken/tests/unsound.rs", "#[test] fn unsound() { let x: i32 = \"text\"; }\n");
    workspace.lock();
  }

  @AfterAll
  static void close() {
    if (workspace != null) {
      workspace.close();
    }
  }

  private static List<String> names(TestReport report, Outcome outcome) {
    return report.cases().stream()
        .filter(it -> it.outcome() == outcome)
        .map(it -> it.group() + "::" + it.name())
        .sorted()
        .toList();
  }

  private static void fails(TestReport report, String sentence) {
    assertThat(report.passed()).isFalse();
    assertThat(report.problem().map(Problem::sentence).orElse("")).contains(sentence);
  }

  @Test
  void that_pass_are_known_case_by_case_and_get_what_cargo_gives_them() throws Exception {
    TestReport report = workspace.run(Workspace.test("alpha", "good"));
    assertThat(report.problem()).isEmpty();
    assertThat(names(report, Outcome.PASSED))
        .containsExactly(
            "good::knows_what_cargo_tells", "good::one", "good::prints_bytes", "good::two");
    assertThat(report.cases()).allSatisfy(it -> assertThat(it.millis()).isEmpty());
    assertThat(report.passed()).isTrue();
    assertThat(workspace.cargo(Workspace.test("alpha", "good"))).isZero();
  }

  @Test
  void are_told_in_the_order_of_their_list_whichever_ends_first() {
    TestReport report = workspace.run(Workspace.threads(Workspace.test("alpha", "order"), 2));
    assertThat(report.passed()).isTrue();
    assertThat(report.cases()).extracting(Case::name).containsExactly("a_waits", "b_is_waited_for");
  }

  @Test
  void that_fail_are_told_with_their_message_and_output_and_forged_lines_change_nothing()
      throws Exception {
    TestReport report = workspace.run(Workspace.test("alpha", "bad"));
    assertThat(report.passed()).isFalse();
    assertThat(names(report, Outcome.PASSED)).containsExactly("bad::fine");
    assertThat(names(report, Outcome.FAILED)).containsExactly("bad::forges", "bad::wrong");
    Case wrong =
        report.cases().stream().filter(it -> it.name().equals("wrong")).findFirst().orElseThrow();
    assertThat(wrong.message()).contains("sums", "left: 2", "right: 3");
    assertThat(wrong.output()).contains("some output");
    assertThat(workspace.cargo(Workspace.test("alpha", "bad"))).isEqualTo(101);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "CODE|0|ended with exit code 0 before",
        "CODE|101|ended with exit code 101 before",
        "CODE|7|ended with exit code 7 before",
        "ABORT|1|ended with killed by SIGABRT (6) before",
        "FORGE|ok forges_the_log, ok a_first|has `a_first` twice",
        "FORGE|ok forges_the_log, ok no_such_test|names no listed test",
        "FORGE|ok forges_the_log, failed a_first|twice"
      })
  void that_end_their_process_or_write_to_the_log_are_not_green(
      String variable, String value, String sentence) {
    CargoTest test = Workspace.test("alpha", "ends");
    TestReport report =
        workspace.run(test, Map.of(variable, value.replace(", ", "\n"), "RUST_TEST_THREADS", "1"));
    fails(report, sentence);
  }

  @Test
  void that_run_nothing_are_not_green() {
    fails(workspace.run(Workspace.test("alpha", "none")), "no test ran: there is none");
    fails(
        workspace.run(Workspace.test("alpha", "ignored")),
        "no test ran: all 2 are marked #[ignore]; `ignored: true` runs them");
    fails(
        workspace.run(Workspace.test("alpha", "behind")),
        "no test ran: there is none; a feature may be off");
    CargoTest good = Workspace.test("alpha", "good");
    fails(
        workspace.run(Workspace.choosing(good, Optional.of("three"), Optional.empty(), false)),
        "none is called `three`");
    fails(
        workspace.run(Workspace.choosing(good, Optional.empty(), Optional.of("zzz"), false)),
        "no name has `zzz` in it");
    fails(
        workspace.run(Workspace.choosing(good, Optional.empty(), Optional.empty(), true)),
        "none is marked #[ignore]");
  }

  @Test
  void are_chosen_by_name_by_filter_by_ignored_and_by_features() {
    CargoTest good = Workspace.test("alpha", "good");
    TestReport one =
        workspace.run(Workspace.choosing(good, Optional.of("one"), Optional.empty(), false));
    assertThat(names(one, Outcome.PASSED)).containsExactly("good::one");
    assertThat(one.cases().getFirst().millis()).isPresent();
    assertThat(
            names(
                workspace.run(Workspace.choosing(good, Optional.empty(), Optional.of("o"), false)),
                Outcome.PASSED))
        .contains("good::one", "good::two");
    TestReport ignored =
        workspace.run(
            Workspace.choosing(
                Workspace.test("alpha", "ignored"), Optional.empty(), Optional.empty(), true));
    assertThat(names(ignored, Outcome.PASSED)).containsExactly("ignored::slow");
    assertThat(names(ignored, Outcome.FAILED)).containsExactly("ignored::slower");
    assertThat(
            workspace.run(Workspace.features(Workspace.test("alpha", "behind"), "extra")).passed())
        .isTrue();
  }

  @Test
  void of_a_target_with_its_own_main_are_one_case_by_its_exit_code() {
    CargoTest own = Workspace.test("alpha", "own");
    assertThat(names(workspace.run(own), Outcome.PASSED)).containsExactly("own::own");
    TestReport bad = workspace.run(own, Map.of("OWN", "1"));
    assertThat(names(bad, Outcome.FAILED)).containsExactly("own::own");
    assertThat(bad.cases().getFirst().message()).isEqualTo("it ended with exit code 3");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "test result: ok. 0 passed; 0 failed; 3 ignored|0",
        "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out|0",
        "test result: ok. 0 passed; 0 failed; 0 ignored; 2 measured; 0 filtered out|1",
        "test result: ok. 4 passed; 0 failed; 3 ignored|1",
        "test result: ok. 2 passed; 0 failed; 0 ignored, test result: ok. 0 passed; 0 failed; 3"
            + " ignored|1",
        "all is well|1"
      })
  void of_a_target_with_its_own_main_are_none_where_it_says_that_it_ran_none(
      String said, int cases) {
    CargoTest own = Workspace.test("alpha", "own");
    TestReport report = workspace.run(own, Map.of("SAYS", said.replace(", ", "\n")));
    assertThat(report.passed()).isEqualTo(cases == 1);
    assertThat(names(report, Outcome.PASSED)).hasSize(cases);
    if (cases == 0) {
      fails(report, "no test ran: own says `test result: ok. 0 passed; 0 failed; ");
    }
  }

  @Test
  void of_docs_are_none_where_they_are_only_compiled_and_nothing_else_ran() throws IOException {
    CargoTest docs = Workspace.target(Workspace.all("gamma"), new Target.Doc());
    String compiled = "/// ```no_run\n/// panic!()\n/// ```\npub fn %s() {}\n";
    String lib = compiled.formatted("one") + compiled.formatted("two");
    workspace.file("gamma/src/lib.rs", lib);
    fails(workspace.run(docs), "no test ran: of its doctests none is run, and 2 only compiled");
    fails(
        workspace.run(Workspace.all("gamma")),
        "no test ran: of its doctests none is run, and 2 only compiled");
    workspace.file(
        "gamma/src/lib.rs", lib + "/// ```compile_fail\n/// no\n/// ```\npub fn c() {}\n");
    assertThat(names(workspace.run(docs), Outcome.PASSED)).hasSize(3);
    workspace.file("gamma/src/lib.rs", lib + "#[test] fn unit() {}\n");
    assertThat(names(workspace.run(Workspace.all("gamma")), Outcome.PASSED)).hasSize(3);
    workspace.file("gamma/src/lib.rs", lib.replace("panic!()", "nothing"));
    assertThat(names(workspace.run(docs), Outcome.FAILED)).hasSize(2);
  }

  @Test
  void of_a_whole_package_are_those_of_all_its_targets_and_its_doctests() throws Exception {
    TestReport report = workspace.run(Workspace.all("beta"));
    assertThat(report.problem()).isEmpty();
    assertThat(names(report, Outcome.PASSED))
        .hasSize(4)
        .contains("beta::unit")
        .anyMatch(it -> it.startsWith("doctests::beta/src/lib.rs - two"));
    TestReport bad = workspace.run(Workspace.all("beta"), Map.of("BAD", "1"));
    assertThat(names(bad, Outcome.FAILED))
        .singleElement()
        .asString()
        .startsWith("doctests::beta/src/lib.rs - three");
    assertThat(
            names(
                workspace.run(Workspace.target(Workspace.all("beta"), new Target.Doc())),
                Outcome.PASSED))
        .hasSize(3);
    TestReport alpha = workspace.run(Workspace.target(Workspace.all("alpha"), new Target.Lib()));
    assertThat(names(alpha, Outcome.PASSED)).containsExactly("alpha::tests::deep::unit");
    assertThat(names(alpha, Outcome.IGNORED)).containsExactly("alpha::tests::later");
  }

  @Test
  void that_do_not_build_are_told_with_the_compiler_s_words_and_do_no_harm_to_others() {
    TestReport report = workspace.run(Workspace.test("broken", "unsound"));
    fails(report, "mismatched types");
    assertThat(report.problem().orElseThrow().broken()).isTrue();
    assertThat(report.problem().orElseThrow().sentence())
        .contains("cargo test --locked -p broken --test unsound", "tests/unsound.rs:1:");
    assertThat(workspace.run(Workspace.test("broken", "sound")).passed()).isTrue();
  }

  @ParameterizedTest(name = "{0} --test {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "alpah|good|there is no package `alpah`|did you mean `alpha`?",
        "alpha|goood|no test target named `goood`|good"
      })
  void of_what_is_not_there_are_refused_with_what_is(
      String packageName, String test, String sentence, String hint) {
    TestReport report = workspace.run(Workspace.test(packageName, test));
    fails(report, sentence);
    fails(report, hint);
  }

  @Test
  void are_compiled_once_for_all_that_ask_and_run_side_by_side() throws IOException {
    workspace.file("alpha/tests/side.rs", "#[test] fn works() {}\n");
    int before = workspace.builds();
    List<CompletableFuture<TestReport>> reports =
        Stream.generate(() ->
                CompletableFuture.supplyAsync(() -> workspace.run(Workspace.test("alpha", "side"))))
            .limit(3)
            .toList();
    assertThat(reports).allMatch(report -> report.join().passed());
    assertThat(workspace.logs(before)).filteredOn(it -> it.contains("Compiling alpha")).hasSize(1);
  }

  @Test
  void start_the_executable_of_their_own_features_whatever_is_built_beside_them() {
    CargoTest plain = Workspace.test("delta", "starts");
    List<CompletableFuture<TestReport>> reports =
        Stream.of(plain, Workspace.features(plain, "extra"), plain)
            .map(it -> CompletableFuture.supplyAsync(() -> workspace.run(it)))
            .toList();
    assertThat(reports).allSatisfy(it -> assertThat(it.join().problem()).isEmpty());
    assertThat(reports).allMatch(report -> report.join().passed());
  }

  @Test
  void of_a_package_that_each_build_makes_anew_wait_for_one_another() {
    List<CompletableFuture<TestReport>> reports =
        Stream.of("one", "two")
            .map(it ->
                CompletableFuture.supplyAsync(() -> workspace.run(Workspace.test("epsilon", it))))
            .toList();
    assertThat(reports).allSatisfy(it -> assertThat(it.join().problem()).isEmpty());
    assertThat(reports).allMatch(report -> report.join().passed());
  }

  @Test
  void whose_executable_somebody_else_puts_there_anew_are_not_green() {
    fails(
        workspace.run(Workspace.test("delta", "replaces")),
        "debug/delta, which the tests of replaces may start, was put there anew while they ran");
  }

  @Test
  void are_built_anew_where_a_source_has_changed_since_the_last_that_asked() throws IOException {
    workspace
        .file("alpha/generated", "good")
        .file(
            "alpha/tests/reads.rs",
            "#[test] fn good() { assert_eq!(include_str!(\"../generated\"), \"good\") }\n");
    assertThat(workspace.run(Workspace.test("alpha", "reads")).passed()).isTrue();
    workspace.file("alpha/generated", "bad");
    assertThat(names(workspace.run(Workspace.test("alpha", "reads")), Outcome.FAILED))
        .containsExactly("reads::good");
  }

  @Test
  void whose_binary_is_gone_are_built_again_and_one_that_can_not_be_run_is_no_pass()
      throws IOException {
    assertThat(workspace.run(Workspace.test("alpha", "good")).passed()).isTrue();
    try (Stream<Path> files = Files.list(workspace.folder().resolve("target/debug/deps"))) {
      for (Path file :
          files.filter(it -> it.getFileName().toString().matches("good-[0-9a-f]+")).toList()) {
        Files.delete(file);
      }
    }
    assertThat(workspace.run(Workspace.test("alpha", "good")).passed()).isTrue();
  }

  @Test
  void are_refused_where_a_runner_is_set_or_the_lock_file_does_not_fit() throws IOException {
    Path config = workspace.folder().resolve(".cargo/config.toml");
    String before = Files.readString(config);
    Files.writeString(config, before + "[target.x86_64-unknown-linux-gnu]\nrunner = 'qemu'\n");
    try {
      fails(workspace.run(Workspace.test("alpha", "good")), "sets a `runner`");
    } finally {
      Files.writeString(config, before);
    }
    Path lock = workspace.folder().resolve("Cargo.lock");
    String locked = Files.readString(lock);
    Files.writeString(
        lock, locked.replaceAll("\\[\\[package\\]\\]\nname = \"beta\"\nversion = \"0.1.0\"\n", ""));
    try {
      fails(workspace.run(Workspace.test("alpha", "good")), "Cargo.lock doesn't fit the manifests");
    } finally {
      Files.writeString(lock, locked);
    }
    assertThat(
            workspace
                .run(Workspace.test("alpha", "good"), Map.of("PATH", "/nonexistent"))
                .problem()
                .orElseThrow()
                .sentence())
        .contains("not found in PATH");
  }
}
