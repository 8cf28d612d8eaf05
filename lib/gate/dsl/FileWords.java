package gate.dsl;

import java.nio.file.Path;
import java.util.function.Supplier;

/** {@code files.read(…)} and the like. */
public final class FileWords {
  private final Supplier<Actions> actions;

  FileWords(Supplier<Actions> actions) {
    this.actions = actions;
  }

  /** A text file's content. */
  public String read(String path) {
    return actions.get().read(Path.of(path));
  }

  /** Writes a text file below the temporary folder. */
  public void write(String path, String text) {
    actions.get().write(Path.of(path), text);
  }

  /** Whether there is a file or folder. */
  public boolean exists(String path) {
    return actions.get().exists(Path.of(path));
  }
}
