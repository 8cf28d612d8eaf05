package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts that were looked at once and mustn't change unseen; {@code RENEW=1} writes them anew. */
final class Golden {
  private static final Path FOLDER =
      Path.of(System.getProperty("gate.home", "")).resolve("tests/gate/report/goldens");

  private Golden() {}

  static void check(String name, String text) {
    Path file = FOLDER.resolve(name);
    try {
      if (System.getenv("RENEW") != null) {
        Files.writeString(file, text);
        return;
      }
      assertThat(text).describedAs(name).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
