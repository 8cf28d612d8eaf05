package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import gate.base.Subcommands;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A command that repeats a leg")
class AgainTest {
  @TempDir Path temp;
  private Checkout project;
  private HttpServer server;
  private String url;

  @BeforeEach
  void project() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
    project =
        new Checkout(temp)
            .file(
                "matrix.yaml",
                """
                name: test
                toggles:
                  TOK: { type: text, secret: true, help: Of the registry }
                services:
                  store: { endpoint: STORE_ENDPOINT, health: /, started-by: tests }
                legs:
                  list: { title: L, services: [store] }
                """)
            .leg("list", "step('a') { exec('false') }\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static void repeats(Checkout.Result result, String command) {
    assertThat(result.out().lines().map(String::strip))
        .as(result.out() + result.err())
        .contains("repeat the leg  " + command);
  }

  @Test
  void takes_endpoints_and_secrets_as_they_were_given() {
    repeats(
        project.run("run", "--set", "STORE_ENDPOINT=" + url),
        "./jbang matrix.java run list --set STORE_ENDPOINT=" + url);
    repeats(
        project.env("STORE_ENDPOINT", url).env("TOK", "geheimnis").run(),
        "TOK=\"$TOK\" STORE_ENDPOINT=%s ./jbang matrix.java run list".formatted(url));
  }

  @Test
  void says_run_where_a_leg_is_called_like_a_command() {
    assertThat(Subcommands.NAMES).isEqualTo(Matrix.COMMANDS);
    assertThat(project.run("new", "report").out()).contains("./jbang matrix.java run report\n");
    assertThat(project.run("new", "other").out()).contains("./jbang matrix.java other\n");
  }
}
