package gate.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.host.Health.Healthy;
import gate.host.Health.Not;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a service at an endpoint whether it is healthy. For any thread. */
public final class HealthCheck {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MOST_BYTES = 1 << 20;
  private static final String UNKNOWN = "unknown";

  private HealthCheck() {}

  /**
   * Asks once.
   *
   * @param most after which the answer is that there was none
   */
  public static Health ask(Endpoint endpoint, Duration most) {
    CompletableFuture<Health> answer = new CompletableFuture<>();
    // Looking up a name knows no bound of its own.
    Thread asking =
        Thread.ofVirtual()
            .start(() -> {
              try {
                answer.complete(answered(endpoint, most));
              } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
              }
            });
    try {
      return answer.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      asking.interrupt();
      return timedOut(most);
    } catch (InterruptedException e) {
      asking.interrupt();
      Thread.currentThread().interrupt();
      return new Not("interrupted", "it was not waited for");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Not timedOut(Duration most) {
    return new Not("timed out", "no answer within %d ms".formatted(most.toMillis()));
  }

  private static Health answered(Endpoint endpoint, Duration most) {
    InetAddress address;
    try {
      address = InetAddress.getByName(endpoint.host());
    } catch (UnknownHostException e) {
      return new Not("name unknown", "no address is known for `%s`".formatted(endpoint.host()));
    }
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address, endpoint.port()), Math.toIntExact(most.toMillis()));
      if (endpoint.health().equals(Endpoint.TCP)) {
        return new Healthy(UNKNOWN, UNKNOWN);
      }
    } catch (SocketTimeoutException e) {
      return timedOut(most);
    } catch (ConnectException e) {
      return new Not(
          "refused", "nothing listens at %s:%d".formatted(endpoint.host(), endpoint.port()));
    } catch (IOException e) {
      return new Not("unreachable", String.valueOf(e.getMessage()));
    }
    return endpoint.grpc() ? GrpcHealth.ask(endpoint, most) : http(endpoint, most);
  }

  private static Health http(Endpoint endpoint, Duration most) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint.url() + endpoint.health()))
            .timeout(most)
            .build();
    try {
      HttpResponse<byte[]> answer =
          Client.ONE.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
      return judge(
          endpoint, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
    } catch (HttpTimeoutException e) {
      return timedOut(most);
    } catch (IOException e) {
      return new Not(
          "something else",
          "it listens, but doesn't answer as HTTP: " + Programs.printable(message(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return timedOut(most);
    }
  }

  /** Made when it is needed: it takes a while. */
  private static final class Client {
    static final HttpClient ONE =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  private static String message(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static Health judge(Endpoint endpoint, int status, String body) {
    JsonNode json = json(body);
    String service = text(json, "service");
    if (!endpoint.service().isEmpty()
        && !service.equals(UNKNOWN)
        && !service.equals(endpoint.service())) {
      return new Not("something else", "it says that it is `%s`".formatted(service));
    }
    if (status / 100 != 2) {
      return new Not(
          Not.UNHEALTHY,
          "GET %s answers %d%s"
              .formatted(
                  endpoint.health(),
                  status,
                  body.isBlank() ? "" : ": " + Programs.printable(body)));
    }
    return new Healthy(text(json, "version"), text(json, "commit"));
  }

  private static JsonNode json(String body) {
    try {
      JsonNode json = JSON.readTree(body);
      return json == null ? JSON.nullNode() : json;
    } catch (JsonProcessingException e) {
      return JSON.nullNode();
    }
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    return value.isTextual() && !value.textValue().isBlank()
        ? Programs.printable(value.textValue())
        : UNKNOWN;
  }
}
