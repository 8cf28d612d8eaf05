package gate.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * docs/soak.md, line by line as the long test goes: where that is cut short, what it has seen until
 * then stands there.
 */
public final class Told {
  private static final Path FILE = root().resolve("docs/soak.md");

  private Told() {}

  /** Instead of what an earlier one told. */
  public static void begin(String text) {
    write(text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
  }

  public static void line(String text) {
    write(text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void write(String text, StandardOpenOption... how) {
    try {
      Files.writeString(FILE, text + "\n", how);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    return Path.of(System.getProperty("gate.home", "")).toAbsolutePath();
  }
}
