package gate.host;

import gate.host.Health.Healthy;
import gate.host.Health.Not;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.Message;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityConsumer;
import org.apache.hc.core5.http.nio.support.AsyncRequestBuilder;
import org.apache.hc.core5.http.nio.support.BasicResponseConsumer;
import org.apache.hc.core5.http.protocol.DefaultHttpProcessor;
import org.apache.hc.core5.http2.config.H2Config;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2MultiplexingRequester;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2MultiplexingRequesterBootstrap;
import org.apache.hc.core5.http2.protocol.H2RequestConnControl;
import org.apache.hc.core5.http2.protocol.H2RequestContent;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.Timeout;

/**
 * gRPC's health check ({@code grpc.health.v1.Health/Check}, grpc/doc/health-checking.md), over
 * HTTP/2 without TLS: of its one message, the status is field 1.
 */
final class GrpcHealth {
  private static final String PATH = "/grpc.health.v1.Health/Check";
  private static final int PREFIX = 5; // whether it is compressed, and the length
  private static final int FIELD_1_TEXT = 1 << 3 | 2;
  private static final int FIELD_1_NUMBER = 1 << 3;
  private static final int SERVING = 1;
  private static final int LONGEST_NAME = 100;

  private GrpcHealth() {}

  static Health ask(Endpoint endpoint, Duration most) {
    if (endpoint.uri().getScheme().equals("https")) {
      return new Not("untried", "gRPC's health check is only made without TLS");
    }
    H2MultiplexingRequester requester =
        H2MultiplexingRequesterBootstrap.bootstrap()
            .setIOReactorConfig(IOReactorConfig.custom().setIoThreadCount(1).build())
            .setH2Config(H2Config.custom().setPushEnabled(false).build())
            // not the usual ones: gRPC servers don't know `expect: 100-continue`
            .setHttpProcessor(
                new DefaultHttpProcessor(new H2RequestContent(), new H2RequestConnControl()))
            .create();
    requester.start();
    try {
      return judge(answer(requester, endpoint, most));
    } catch (TimeoutException e) {
      return new Not("timed out", "no answer within %d ms".formatted(most.toMillis()));
    } catch (ExecutionException e) {
      return new Not(
          "something else",
          "it listens, but doesn't answer as gRPC: "
              + Programs.printable(String.valueOf(e.getCause().getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Not("interrupted", "it was not waited for");
    } finally {
      requester.close(CloseMode.IMMEDIATE);
    }
  }

  private static Message<HttpResponse, byte[]> answer(
      H2MultiplexingRequester requester, Endpoint endpoint, Duration most)
      throws InterruptedException, ExecutionException, TimeoutException {
    HttpHost host = new HttpHost("http", endpoint.host(), endpoint.port());
    Future<Message<HttpResponse, byte[]>> answer =
        requester.execute(
            AsyncRequestBuilder.post()
                .setHttpHost(host)
                .setPath(PATH)
                .addHeader("te", "trailers")
                .setEntity(question(endpoint.grpcService()), ContentType.create("application/grpc"))
                .build(),
            new BasicResponseConsumer<>(new BasicAsyncEntityConsumer()),
            Timeout.of(most),
            null);
    return answer.get(most.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static byte[] question(String service) {
    byte[] name = service.getBytes(StandardCharsets.UTF_8);
    if (name.length > LONGEST_NAME) {
      throw new IllegalArgumentException(service);
    }
    int length = name.length == 0 ? 0 : 2 + name.length;
    ByteBuffer message = ByteBuffer.allocate(PREFIX + length).put((byte) 0).putInt(length);
    if (length > 0) {
      message.put((byte) FIELD_1_TEXT).put((byte) name.length).put(name);
    }
    return message.array();
  }

  private static Health judge(Message<HttpResponse, byte[]> answer) {
    HttpResponse head = answer.getHead();
    Header type = head.getFirstHeader("content-type");
    if (head.getCode() != 200 || type == null || !type.getValue().startsWith("application/grpc")) {
      return new Not(
          "something else",
          "it answers over HTTP/2 with %d, but not as gRPC".formatted(head.getCode()));
    }
    Header status = head.getFirstHeader("grpc-status");
    if (status != null && !status.getValue().equals("0")) {
      return new Not(
          status.getValue().equals("12") ? "something else" : "unhealthy",
          "its health check answers with gRPC's status " + Programs.printable(status.getValue()));
    }
    byte[] body = answer.getBody();
    boolean serving =
        body != null
            && body.length == PREFIX + 2
            && body[PREFIX] == FIELD_1_NUMBER
            && body[PREFIX + 1] == SERVING;
    return serving
        ? new Healthy("unknown", "unknown")
        : new Not("unhealthy", "its health check doesn't answer SERVING");
  }
}
