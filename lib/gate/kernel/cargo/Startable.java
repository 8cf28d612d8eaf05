package gate.kernel.cargo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An executable that tests may start.
 *
 * @param state when it was built
 * @param fresh whether cargo found it there
 */
record Startable(Path path, FileState state, boolean fresh) {
  static Startable of(Path path, boolean fresh) throws IOException {
    return new Startable(path, FileState.of(path), fresh);
  }

  /** What has become of it since; empty where it was this one all the time. */
  Optional<String> changed() {
    try {
      return state.kept(FileState.of(path)) ? Optional.empty() : Optional.of("was put there anew");
    } catch (IOException e) {
      return Optional.of("went away");
    }
  }
}
