package gate.base;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that the tests are part of. */
public final class ThisCheckout {
  private ThisCheckout() {}

  /** Its folder. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("lib/gate/definition"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
