package gate.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Style and script of the pages: the files that stand beside this one. */
final class Assets {
  private static final List<String> STYLE = List.of("page.css");
  private static final List<String> SCRIPT = List.of("page.js", "cases.js", "live.js");

  private Assets() {}

  static String style() {
    return joined(STYLE);
  }

  static String script() {
    return joined(SCRIPT);
  }

  /** As a Content-Security-Policy names a text that it lets pass. */
  static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // each Java has it
    }
  }

  private static String joined(List<String> names) {
    return names.stream().map(Assets::text).collect(Collectors.joining());
  }

  private static String text(String name) {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " isn't built in; build the gate anew");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
