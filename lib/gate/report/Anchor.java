package gate.report;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The names of places in a page, for links that stay good from run to run. */
final class Anchor {
  private Anchor() {}

  static String leg(String leg) {
    return "leg:" + encoded(leg);
  }

  /** Of a case, by all that it lies in and its name. */
  static String item(List<String> place, String name) {
    return "case:"
        + place.stream().map(it -> encoded(it) + "/").collect(Collectors.joining())
        + encoded(name);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(Clean.line(text), StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%3A", ":")
        .replace("%40", "@")
        .replace("%3D", "=")
        .replace("%2C", ",");
  }
}
