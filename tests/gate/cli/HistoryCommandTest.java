package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The history of a project's runs")
class HistoryCommandTest {
  @TempDir Path temp;

  @Test
  void tells_what_turned_red_and_what_is_slow_and_writes_a_page() throws IOException {
    Checkout project =
        new Checkout(temp).one("step('a') { exec('true') }\nstep('b') { exec('true') }\n");
    Checkout.Result none = project.run("runs", "--html");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).startsWith("there is no run yet in ");
    project.run();
    Checkout.Result red = project.one("step('a') { exec('false') }\n").run();
    assertThat(red.file("report.html"))
        .contains("Since the last green run", "Passed then, and doesn&#39;t now (1)");
    assertThat(project.run("runs", "--cases").out())
        .startsWith("turned red\n  one: first on commit unknown in run ")
        .contains("\nflaky: none\nslowest\n  one › ");
    JsonNode history = new ObjectMapper().readTree(project.run("runs", "--cases", "--json").out());
    assertThat(history.path("runs")).hasSize(2);
    assertThat(history.path("turnedRed").path(0).path("leg").asText()).isEqualTo("one");
    Path page = Path.of(project.run("runs", "--html").out().strip());
    assertThat(page).content().contains("one: passed in 1 of 2 runs", "/report.html\"");
    assertThat(project.run("runs", "--html", "--json").err()).contains("leave out --json");
  }
}
