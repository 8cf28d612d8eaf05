package gate.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import gate.host.Health.Healthy;
import gate.host.Health.Not;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.Message;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncServer;
import org.apache.hc.core5.http.nio.AsyncRequestConsumer;
import org.apache.hc.core5.http.nio.AsyncServerRequestHandler;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityConsumer;
import org.apache.hc.core5.http.nio.support.AsyncResponseBuilder;
import org.apache.hc.core5.http.nio.support.BasicRequestConsumer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2ServerBootstrap;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A health check")
class HealthCheckTest {
  private static final Duration MOST = Duration.ofSeconds(2);
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private static Health ask(String url, String health) {
    return HealthCheck.ask(new Endpoint("flaredb", "FLAREDB_ENDPOINT", url, health), MOST);
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  @ParameterizedTest(name = "of a server that answers {0} and `{1}` says {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | {"service":"flaredb","version":"1.2","commit":"abc"} | healthy 1.2 abc
          200 | fine | healthy unknown unknown
          200 | {"version": 7} | healthy unknown unknown
          200 | {"service":"chainfire","version":"1"} | something else: it says that it is `chainfire`
          503 | {"service":"flaredb","error":"no leader"} | unhealthy: GET /healthz answers 503: {"service":"flaredb","error":"no leader"}
          404 | no | unhealthy: GET /healthz answers 404: no
          302 | '' | unhealthy: GET /healthz answers 302
          """)
  void tells_by_HTTP(int status, String body, String told) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
    server.createContext(
        "/healthz",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
    server.start();
    try {
      Health health = ask(url(server.getAddress().getPort()), "/healthz");
      assertThat(text(health)).isEqualTo(told);
    } finally {
      server.stop(0);
    }
  }

  private static String text(Health health) {
    return switch (health) {
      case Healthy it -> "healthy %s %s".formatted(it.version(), it.commit());
      case Not it -> "%s: %s".formatted(it.level(), it.why());
    };
  }

  @Test
  void tells_what_is_no_server_apart() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, HERE)) {
      free = socket.getLocalPort();
    }
    assertThat(text(ask(url(free), "/healthz")))
        .isEqualTo("refused: nothing listens at 127.0.0.1:" + free);
    assertThat(text(ask(url(free), "tcp"))).startsWith("refused");
    assertThat(text(ask(url(free), "grpc"))).startsWith("refused");
    assertThat(text(ask("http://no-such-host.invalid:1", "/healthz")))
        .isEqualTo("name unknown: no address is known for `no-such-host.invalid`");
    try (ServerSocket silent = new ServerSocket(0, 5, HERE)) {
      String url = url(silent.getLocalPort());
      assertThat(text(ask(url, "tcp"))).isEqualTo("healthy unknown unknown");
      assertThat(text(ask(url, "/healthz"))).isEqualTo("timed out: no answer within 2000 ms");
      assertThat(text(ask(url, "grpc"))).isEqualTo("timed out: no answer within 2000 ms");
    }
  }

  @ParameterizedTest(name = "by {0} knows a server of another kind")
  @CsvSource({"/healthz", "grpc"})
  void knows_a_server_of_another_kind(String health) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
      Thread.ofVirtual()
          .start(() -> {
            while (true) {
              try (Socket socket = server.accept()) {
                socket
                    .getOutputStream()
                    .write("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
              } catch (IOException e) {
                return;
              }
            }
          });
      Not not = (Not) ask(url(server.getLocalPort()), health);
      assertThat(not.level()).isEqualTo("something else");
      assertThat(not.why()).startsWith("it listens, but doesn't answer as");
    }
  }

  @ParameterizedTest(name = "by {0} of a gRPC server says {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          grpc | healthy unknown unknown
          grpc:flaredb.v1.Rows | healthy unknown unknown
          grpc:resting | unhealthy: its health check doesn't answer SERVING
          grpc:unheard.of | unhealthy: its health check answers with gRPC's status 5
          """)
  void tells_by_gRPC(String health, String told) throws Exception {
    HttpAsyncServer server =
        H2ServerBootstrap.bootstrap()
            .setCanonicalHostName("127.0.0.1")
            .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_2)
            .register("*", new Grpc())
            .create();
    server.start();
    try {
      InetSocketAddress at =
          (InetSocketAddress)
              server.listen(new InetSocketAddress(HERE, 0), URIScheme.HTTP).get().getAddress();
      assertThat(text(ask(url(at.getPort()), health))).isEqualTo(told);
      assertThat(text(ask(url(at.getPort()), "/healthz"))).startsWith("something else");
    } finally {
      server.close(CloseMode.IMMEDIATE);
    }
  }

  /** A gRPC server with a health service, as far as its clients see. */
  private static final class Grpc
      implements AsyncServerRequestHandler<Message<HttpRequest, byte[]>> {
    @Override
    public AsyncRequestConsumer<Message<HttpRequest, byte[]>> prepare(
        HttpRequest request, EntityDetails entity, HttpContext context) {
      return new BasicRequestConsumer<>(entity == null ? null : new BasicAsyncEntityConsumer());
    }

    @Override
    public void handle(
        Message<HttpRequest, byte[]> request, ResponseTrigger trigger, HttpContext context)
        throws org.apache.hc.core5.http.HttpException, IOException {
      ByteBuffer body =
          ByteBuffer.wrap(request.getBody() == null ? new byte[5] : request.getBody());
      int length = body.getInt(1);
      String service =
          length == 0 ? "" : new String(body.array(), 7, length - 2, StandardCharsets.UTF_8);
      AsyncResponseBuilder answer = AsyncResponseBuilder.create(200);
      switch (service) {
        case "unheard.of" ->
            answer.addHeader("content-type", "application/grpc").addHeader("grpc-status", "5");
        default ->
            answer.setEntity(
                new byte[] {0, 0, 0, 0, 2, 8, (byte) (service.equals("resting") ? 2 : 1)},
                ContentType.create("application/grpc"));
      }
      trigger.submitResponse(answer.build(), context);
    }
  }
}
