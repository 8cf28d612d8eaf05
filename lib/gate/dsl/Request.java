package gate.dsl;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request.
 *
 * @param method in capitals
 * @param url whole, http or https
 * @param headers by name
 * @param body its bytes as UTF-8 text
 * @param expect the status codes that pass; empty: 200 to 299
 * @param timeout until the whole answer is there
 */
public record Request(
    String method,
    String url,
    Map<String, String> headers,
    Optional<String> body,
    List<Integer> expect,
    Duration timeout) {
  public Request {
    headers = Map.copyOf(headers);
    expect = List.copyOf(expect);
  }

  /** As one line, {@code GET http://…}. */
  public String line() {
    return method + " " + url;
  }
}
