package gate.kernel;

import gate.base.Reason;
import gate.base.Secrets;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The log of one step, open as long as the step goes on. Its processes write to the same file, each
 * by an opening of its own; whoever writes adds to the file's end.
 */
final class StepLog implements AutoCloseable {
  private final Path file;
  private final String name;
  private final FileOutputStream out;
  private final Secrets secrets;

  private StepLog(Path file, String name, FileOutputStream out, Secrets secrets) {
    this.secrets = secrets;
    this.file = file;
    this.name = name;
    this.out = out;
  }

  /**
   * @param name relative to the run's folder
   * @throws Broken where it can't be written
   */
  static StepLog open(RunFolder folder, String name, Secrets secrets) {
    Path file = folder.path().resolve(name);
    try {
      return new StepLog(file, name, new FileOutputStream(file.toFile(), true), secrets);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  Path file() {
    return file;
  }

  /** Relative to the run's folder, with {@code /}. */
  String name() {
    return name;
  }

  /** Adds a line, without secrets. */
  void append(String line) {
    try {
      out.write((secrets.mask(line) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static Broken cannotWrite(Path file, IOException e) {
    return new Broken("cannot write %s: %s".formatted(file, Reason.of(e)));
  }
}
