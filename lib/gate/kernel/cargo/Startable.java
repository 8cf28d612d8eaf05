package gate.kernel.cargo;

import java.io.IOException;
import java.nio.file.Path;

/**
 * An executable that tests may start, and what tells it from one that takes its place.
 *
 * @param state as {@link FileState} tells it
 */
record Startable(Path path, String state) {
  static Startable of(Path path) throws IOException {
    return new Startable(path, FileState.of(path));
  }

  /** Whether it is still the one that was built, and was all the time. */
  boolean unchanged() {
    try {
      return state.equals(FileState.of(path));
    } catch (IOException e) {
      return false;
    }
  }
}
