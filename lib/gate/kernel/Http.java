package gate.kernel;

import gate.dsl.Answer;
import gate.dsl.Json;
import gate.dsl.Request;
import gate.dsl.StepFailed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** HTTP without proxies and redirects; one client serves a run. For any thread. */
final class Http implements AutoCloseable {
  private static final long MOST_BYTES = 1 << 20;

  private HttpClient client;

  /** Made when it is needed: it takes a while. */
  private synchronized HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .proxy(HttpClient.Builder.NO_PROXY)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(Duration.ofSeconds(10))
              .build();
    }
    return client;
  }

  /** An answer as it came, whatever its status. */
  record Received(String origin, int status, HttpResponse<byte[]> response) implements Answer {
    @Override
    public String body() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    @Override
    public Json json() {
      return JacksonJson.parse(body(), "the answer of " + origin);
    }

    @Override
    public String toString() {
      String body = body();
      return "%s → %d %s"
          .formatted(origin, status, body.length() > 500 ? body.substring(0, 500) + "…" : body);
    }
  }

  /**
   * Sends a request and waits for the whole answer.
   *
   * @throws StepFailed where none comes in time
   * @throws Cancelled where the thread is interrupted
   */
  Received send(Request request) {
    HttpRequest.Builder builder;
    try {
      builder = HttpRequest.newBuilder(URI.create(request.url()));
      request.headers().forEach(builder::header);
    } catch (IllegalArgumentException e) {
      throw new StepFailed("%s can't be sent: %s".formatted(request.line(), e.getMessage()));
    }
    builder.method(
        request.method(),
        request.body().map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
    CompletableFuture<HttpResponse<byte[]>> future =
        client()
            .sendAsync(
                builder.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
    try {
      HttpResponse<byte[]> response =
          future.get(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
      return new Received(request.line(), response.statusCode(), response);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    } catch (TimeoutException e) {
      throw new StepFailed(
          "%s: no answer within %d ms".formatted(request.line(), request.timeout().toMillis()));
    } catch (ExecutionException e) {
      throw new StepFailed("%s: %s".formatted(request.line(), why(e.getCause())));
    } finally {
      future.cancel(true);
    }
  }

  private static String why(Throwable e) {
    return switch (e) {
      case java.net.ConnectException refused -> "connection refused";
      case java.net.http.HttpConnectTimeoutException late -> "no connection in time";
      case IOException io when io.getMessage() != null -> io.getMessage();
      default -> e.getClass().getSimpleName();
    };
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }
}
