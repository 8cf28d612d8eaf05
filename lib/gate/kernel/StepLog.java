package gate.kernel;

import gate.base.Reason;
import gate.base.Secrets;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The log of one step, open as long as the step goes on. Its processes write to the same file, each
 * by an opening of its own; whoever writes adds to the file's end.
 */
final class StepLog implements AutoCloseable {
  private final Path file;
  private final String name;
  private final FileOutputStream out;
  private final Secrets secrets;
  private final StepLogs logs;
  private final Optional<Object> key;

  private StepLog(Path file, String name, FileOutputStream out, Secrets secrets, StepLogs logs) {
    this.secrets = secrets;
    this.file = file;
    this.name = name;
    this.out = out;
    this.logs = logs;
    this.key = StepLogs.key(file);
  }

  /**
   * @param name relative to the run's folder
   * @param logs where it is kept what it was when it was closed
   * @throws Broken where it can't be written
   */
  static StepLog open(RunFolder folder, String name, Secrets secrets, StepLogs logs) {
    Path file = folder.path().resolve(name);
    try {
      return new StepLog(file, name, new FileOutputStream(file.toFile(), true), secrets, logs);
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
      logs.ended(name, key);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static Broken cannotWrite(Path file, IOException e) {
    return new Broken("cannot write %s: %s".formatted(file, Reason.of(e)));
  }
}
