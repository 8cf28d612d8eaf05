package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gate.definition.Definition;
import gate.definition.DefinitionLoader;
import gate.definition.Loaded;
import gate.plan.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The server of a run's page")
class PageServerTest {
  @TempDir static Path project;
  @TempDir static Path whole;
  @TempDir Path run;
  private PageServer server;
  private URI url;

  @BeforeAll
  static void runs() {
    new Checkout(project)
        .one("step('a') { exec 'echo', 'said' }\n")
        .run("--log-dir", whole.toString());
  }

  @BeforeEach
  void starts() throws IOException {
    Files.createDirectories(run.resolve("legs/one"));
    for (String name : List.of("events.jsonl", "lock", "legs/one/01-a.log")) {
      Files.copy(whole.resolve(name), run.resolve(name));
    }
    server = PageServer.start(page(), InetAddress.getLoopbackAddress(), 0);
    url = URI.create(server.url());
  }

  private LivePage page() {
    Path file = project.resolve("matrix.yaml");
    Definition definition = ((Loaded.Ok) DefinitionLoader.load(file)).definition();
    return new LivePage(run, new LastGreen(definition), Clock.systemUTC());
  }

  @AfterEach
  void stops() {
    server.close();
  }

  /** All of an answer; the request is sent as it is written here. */
  private String asked(String method, String path, String host, String... more) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
      String request =
          "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n"
              .formatted(
                  method, path, host, more.length == 0 ? "" : String.join("\r\n", more) + "\r\n");
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String code(String answer) {
    return answer.split(" ", 3)[1];
  }

  @ParameterizedTest(name = "answers {0} {1} of {2} with {3}")
  @CsvSource({
    "GET, TOKEN/, 127.0.0.1:PORT, 200",
    "HEAD, TOKEN/, 127.0.0.1:PORT, 200",
    "GET, TOKEN/, localhost:PORT, 200",
    "GET, TOKEN/legs/one/01-a.log, 127.0.0.1:PORT, 200",
    "POST, TOKEN/, 127.0.0.1:PORT, 405",
    "GET, TOKEN/, evil.test, 421",
    "GET, TOKEN/, evil.test:PORT, 421",
    "GET, TOKEN/, 127.0.0.1, 421",
    "GET, TOKEN, 127.0.0.1:PORT, 404",
    "GET, /, 127.0.0.1:PORT, 404",
    "GET, /favicon.ico, 127.0.0.1:PORT, 404",
    "GET, TOKENx/, 127.0.0.1:PORT, 404",
    "GET, TOKEN/events.jsonl, 127.0.0.1:PORT, 404",
    "GET, TOKEN/lock, 127.0.0.1:PORT, 404",
    "GET, TOKEN/legs/one, 127.0.0.1:PORT, 404",
    "GET, TOKEN/legs/../events.jsonl, 127.0.0.1:PORT, 404",
    "GET, TOKEN/legs/one/../one/01-a.log, 127.0.0.1:PORT, 404",
    "GET, TOKEN/..%2fproject%2fmatrix.yaml, 127.0.0.1:PORT, 404",
    "GET, TOKEN//etc/passwd, 127.0.0.1:PORT, 404",
    "GET, TOKEN/%00, 127.0.0.1:PORT, 404",
  })
  void answers(String method, String path, String host, String code) throws IOException {
    String token = url.getPath().substring(0, url.getPath().length() - 1);
    String answer =
        asked(
            method,
            path.replace("TOKEN", token),
            host.replace("PORT", Integer.toString(url.getPort())));
    assertThat(code(answer)).as(answer).isEqualTo(code);
    assertThat(answer).contains("X-content-type-options: nosniff");
    if (!code.equals("200")) {
      assertThat(answer).doesNotContain("said", "<html");
    }
  }

  @Test
  void sends_logs_as_text_that_nothing_runs_in() throws IOException {
    String answer = asked("GET", url.getPath() + "legs/one/01-a.log", url.getAuthority());
    assertThat(answer)
        .contains("Content-type: text/plain; charset=utf-8", "said\n")
        .contains("Content-security-policy: default-src 'none'; sandbox;");
  }

  @Test
  void sends_no_log_through_a_link() throws IOException {
    assertThat(code(asked("GET", url.getPath(), url.getAuthority()))).isEqualTo("200");
    Path log = run.resolve("legs/one/01-a.log");
    Files.delete(log);
    Files.createSymbolicLink(log, project.resolve("matrix.yaml"));
    String answer = asked("GET", url.getPath() + "legs/one/01-a.log", url.getAuthority());
    assertThat(code(answer)).isEqualTo("404");
  }

  @Test
  void sends_the_page_again_only_where_it_has_changed() throws IOException {
    String answer = asked("GET", url.getPath(), url.getAuthority());
    String tag = answer.replaceAll("(?s).*\r\nEtag: (\"[^\"]*\").*", "$1");
    String again = asked("GET", url.getPath(), url.getAuthority(), "If-None-Match: " + tag);
    assertThat(code(again)).isEqualTo("304");
    Path journal = run.resolve("events.jsonl");
    List<String> lines = Files.readAllLines(journal);
    Files.writeString(journal, String.join("\n", lines.subList(0, lines.size() - 1)) + "\n");
    String cut = asked("GET", url.getPath(), url.getAuthority(), "If-None-Match: " + tag);
    assertThat(code(cut)).isEqualTo("200");
    assertThat(cut).contains("<span class=\"word\">INTERRUPTED</span>");
  }

  @Test
  void takes_a_gate_that_never_said_which_it_is_for_dead_after_a_while() throws IOException {
    Path journal = run.resolve("events.jsonl");
    Files.writeString(journal, Files.readAllLines(journal).getFirst() + "\n");
    assertThat(asked("GET", url.getPath(), url.getAuthority())).contains(">RUNNING</span>");
    Files.setLastModifiedTime(journal, FileTime.from(Instant.now().minusSeconds(60)));
    assertThat(asked("GET", url.getPath(), url.getAuthority())).contains(">INTERRUPTED</span>");
  }

  @Test
  void says_which_port_cant_be_had() {
    assertThatThrownBy(
            () -> PageServer.start(page(), InetAddress.getLoopbackAddress(), url.getPort()))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("port %d of 127.0.0.1 can't be had", url.getPort());
  }
}
