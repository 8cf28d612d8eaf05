package gate.host;

import java.net.URI;

/**
 * Where a service is said to be.
 *
 * @param service its name, which it has to say where it says one; empty: it may say what it likes
 * @param variable the environment variable that names the URL
 * @param url with host, and without a slash at its end
 * @param health how it is asked: {@code /PATH} for HTTP, {@code tcp}, {@code grpc} or {@code
 *     grpc:SERVICE}
 */
public record Endpoint(String service, String variable, String url, String health) {
  public static final String TCP = "tcp";
  private static final String GRPC = "grpc";

  URI uri() {
    return URI.create(url);
  }

  String host() {
    String host = uri().getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  int port() {
    URI uri = uri();
    return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
  }

  boolean grpc() {
    return health.equals(GRPC) || health.startsWith(GRPC + ":");
  }

  /** What a gRPC server is asked for; empty text: the server as a whole. */
  String grpcService() {
    return health.equals(GRPC) ? "" : health.substring(GRPC.length() + 1);
  }
}
