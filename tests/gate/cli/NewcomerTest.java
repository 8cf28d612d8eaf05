package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Whoever is new here")
class NewcomerTest {
  @TempDir Path temp;

  /** With a service that answers any path but one as healthy. */
  private Checkout tiny(String health, String bin, String script) {
    return TinyCrate.in(new Checkout(temp), "crate")
        .file(
            "matrix.yaml",
            """
            name: test
            workspaces: { w: { path: crate } }
            services:
              tiny: { health: %s, start: { bin: %s, args: ["{port}"], timeout: 4s } }
            legs:
              one: { title: One, services: [tiny] }
            """
                .formatted(health, bin))
        .leg("one", script);
  }

  @Test
  void learns_which_path_a_service_was_asked_for_its_health_and_what_it_said() {
    Checkout.Result result = tiny("/sick", "tiny", "step('a') { exec 'true' }\n").run();
    assertThat(result.out())
        .containsPattern(
            "service `tiny` didn't get healthy within 4 s \\(replica 0 at http://127.0.0.1:\\d+\\):"
                + " GET /sick answers 503: not well; is `health: /sick` right"
                + " \\(\\S*matrix.yaml:4\\)\\?; its last lines:");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void sees_the_first_error_of_a_service_that_cannot_be_built() {
    String errors = "let x: u8 = \"no\";\n".repeat(9);
    Checkout.Result result =
        tiny("/", "tiny", "step('a') { exec 'true' }\n")
            .file("crate/src/main.rs", "fn main() {\nfirst();\n" + errors + "}\n")
            .run();
    assertThat(result.out())
        .containsPattern(
            "`cd \\S+/crate && cargo build --locked --bin tiny` failed \\(exit code 101\\):\n"
                + "  \\| error\\[E\\d+\\]: cannot find function `first`");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void learns_that_a_service_is_not_told_its_port() {
    Checkout project = tiny("/", "tiny", "step('a') { exec 'true' }\n");
    project.file("matrix.yaml", Checkout.read(temp.resolve("matrix.yaml")).replace("{port}", "0"));
    assertThat(project.run("lint").err())
        .contains(
            "matrix.yaml:4: nothing in `start` of service `tiny` hands it the port to listen on;"
                + " put `{port}` into `args` or `env`");
    assertThat(project.run().out())
        .containsPattern("nothing listens at 127.0.0.1:\\d+; nothing in its `start:` hands it");
  }

  @Test
  void learns_from_lint_which_package_target_and_binary_there_is_not() {
    Checkout project =
        tiny(
            "/",
            "tinny",
            """
            step('a') { cargoTest('tiny', test: 'godo') }
            step('b') { cargoTest('teeny') }
            step('c') { cargoTest('tiny', test: 'good') }
            """);
    Checkout.Result lint = project.run("lint");
    assertThat(lint.code()).isEqualTo(2);
    assertThat(lint.err())
        .contains(
            "legs/one.groovy:1: package `tiny` has no test `godo`; did you mean `good`?",
            "legs/one.groovy:2: there is no package `teeny`; there is `tiny`",
            "matrix.yaml:4: service `tiny`: no package has a bin `tinny`; did you mean `tiny`?")
        .doesNotContain("one.groovy:3");
    assertThat(temp.resolve("crate/target")).doesNotExist();
    Checkout.Result without = project.env("PATH", "/nowhere").run("lint");
    assertThat(without.out()).contains("nothing wrong");
    assertThat(without.err()).contains("weren't checked: there is no `cargo` on the PATH");
  }

  @Test
  void sees_of_a_dry_run_what_it_was() {
    Checkout project =
        new Checkout(temp)
            .file(
                "matrix.yaml",
                """
                name: test
                toggles: { SKIP_TWO: { type: flag } }
                legs:
                  one: { title: One }
                  two: { title: Two, skip: SKIP_TWO }
                """)
            .leg("one", "step('a') { exec 'true' }\n")
            .leg("two", "step('a') { exec 'true' }\n");
    project.run("--dry-run", "--set", "SKIP_TWO=1");
    assertThat(project.run("runs").out())
        .contains("DRY", "legs 1 skipped, 1 dry")
        .doesNotContain("interrupted");
    assertThat(project.run("runs", "--json").out())
        .contains("\"outcome\" : \"dry\"", "\"outcome\" : \"skipped\"");
  }

  @Test
  void learns_that_a_service_died_while_it_was_asked_and_of_what() {
    Checkout.Result result =
        TinyCrate.in(new Checkout(temp), "crate")
            .file(
                "matrix.yaml",
                """
                name: test
                workspaces: { w: { path: crate } }
                services: { tiny: { health: /, start: { bin: tiny, args: ["{port}"] } } }
                legs:
                  one: { title: One, services: [tiny] }
                """)
            .leg("one", "step('a') { http.get(services.tiny.url() + '/die') }\n")
            .run();
    assertThat(result.out())
        .contains("service `tiny` ended by itself", "it died of that", "one  errored");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void names_the_latest_run_so_wherever_a_run_is_named() {
    Checkout project = new Checkout(temp).one("step('a') { exec 'true' }\n");
    assertThat(project.run().verdict()).startsWith("GREEN");
    for (String command : new String[] {"report latest", "trace latest", "why one latest"}) {
      Checkout.Result result = project.run(command.split(" "));
      assertThat(result.code()).as(result.err()).isZero();
    }
    assertThat(project.run("report", "lates").err()).contains("there is no run `lates`");
  }

  @Test
  void sees_the_parts_of_a_failed_assertion_one_below_the_other() {
    Checkout.Result result =
        new Checkout(temp).one("step('a') { exec 'true'; int n = 2\nassert n == 3 }\n").run();
    assertThat(result.file("summary.md") + result.file("junit.xml"))
        .containsPattern("legs/one.groovy:2: assert n == 3\n {26}\\| \\|");
  }
}
