package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Whoever is new here")
class NewcomerTest {
  @TempDir Path temp;

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
