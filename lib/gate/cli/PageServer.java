package gate.cli;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import gate.base.Reason;
import gate.plan.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves one run's page and its logs to whoever has the address, of which a random token is part,
 * and nothing else to anybody. A request that was made for another host's name is turned away, so
 * that no page elsewhere can read it by way of a name of its own.
 */
final class PageServer implements AutoCloseable {
  private static final int TOKEN_BYTES = 18;
  private static final String LOG_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

  private final LivePage page;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String token;
  private final Set<String> hosts;

  private PageServer(LivePage page, HttpServer server, InetAddress address) {
    this.page = page;
    this.server = server;
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    String port = ":" + server.getAddress().getPort();
    hosts =
        address.isLoopbackAddress()
            ? Set.of("127.0.0.1" + port, "localhost" + port, "[::1]" + port)
            : Set.of(shown(address) + port);
  }

  /**
   * Begins.
   *
   * @param port 0: any that is free
   * @throws Refused where that can't be had
   */
  static PageServer start(LivePage page, InetAddress address, int port) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
      PageServer made = new PageServer(page, server, address);
      server.setExecutor(made.threads);
      server.createContext("/", made::answer);
      server.start();
      return made;
    } catch (IOException e) {
      throw new Refused(
          "port %d of %s can't be had: %s; leave out --port for one that is free"
              .formatted(port, address.getHostAddress(), Reason.of(e)));
    }
  }

  /** Where the page is. */
  String url() {
    InetSocketAddress at = server.getAddress();
    return "http://%s:%d/%s/".formatted(shown(at.getAddress()), at.getPort(), token);
  }

  private static String shown(InetAddress address) {
    String text = address.getHostAddress();
    return text.contains(":") ? "[" + text + "]" : text;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      guard(exchange.getResponseHeaders());
      String path = exchange.getRequestURI().getPath();
      Optional<String> asked = path == null ? Optional.empty() : below(path);
      if (!hosts.contains(String.valueOf(exchange.getRequestHeaders().getFirst("Host")))) {
        refuse(exchange, 421, "this server has another name");
      } else if (asked.isEmpty()) {
        refuse(exchange, 404, "nothing is here");
      } else if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
        refuse(exchange, 405, "this can only be read");
      } else if (asked.get().isEmpty()) {
        page(exchange);
      } else {
        log(exchange, asked.get());
      }
    }
  }

  /** What stands behind the token; empty where that isn't ours. */
  private Optional<String> below(String path) {
    int end = path.indexOf('/', 1);
    if (end < 0) {
      return Optional.empty();
    }
    boolean ours =
        MessageDigest.isEqual(
            path.substring(1, end).getBytes(StandardCharsets.UTF_8),
            token.getBytes(StandardCharsets.UTF_8));
    return ours ? Optional.of(path.substring(end + 1)) : Optional.empty();
  }

  private static void guard(Headers headers) {
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-store");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Content-Security-Policy", LOG_POLICY);
    headers.set("Content-Type", "text/plain; charset=utf-8");
  }

  private void page(HttpExchange exchange) throws IOException {
    LivePage.State state;
    try {
      state = page.now();
    } catch (Refused e) {
      refuse(exchange, 503, e.getMessage());
      return;
    }
    exchange.getResponseHeaders().set("ETag", state.tag());
    if (state.tag().equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(304, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    exchange.getResponseHeaders().set("Content-Security-Policy", "frame-ancestors 'none'");
    send(exchange, 200, state.html());
  }

  private void log(HttpExchange exchange, String name) throws IOException {
    Optional<Path> log = page.log(name);
    if (log.isEmpty()) {
      refuse(exchange, 404, "no log of this run is called so");
      return;
    }
    try (InputStream in = Files.newInputStream(log.get())) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(200, head ? -1 : 0);
      if (!head) {
        in.transferTo(exchange.getResponseBody());
      }
    }
  }

  private static void refuse(HttpExchange exchange, int code, String why) throws IOException {
    send(exchange, code, (why + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int code, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(code, head ? -1 : body.length);
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
