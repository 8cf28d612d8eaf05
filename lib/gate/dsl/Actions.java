package gate.dsl;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * What a step can do: done for real by the kernel, printed by a dry run. A call that doesn't pass
 * throws {@link StepFailed}; each is called from the step's own thread.
 */
public interface Actions {
  Result exec(Command command);

  void cargoTest(CargoTest test);

  Answer http(Request request);

  /**
   * Asks until the answer holds by Groovy's truth. A {@link StepFailed} or failed assertion in it
   * counts as not yet.
   */
  void await(String what, Duration within, Duration every, Callable<?> condition);

  /** A service of the leg. */
  Endpoint service(String name);

  /** QEMU's binary. */
  Path qemu();

  /** The disk that virtual machines boot: the user's, or one made for the run. */
  Path disk();

  /** The step's own folder for files; the same each time, and gone after the step. */
  Path tempDir();

  /** A text file's content; below the temporary folder or the definition's folder. */
  String read(Path file);

  /** Writes a text file below the temporary folder. */
  void write(Path file, String text);

  /** Whether there is a file or folder. */
  boolean exists(Path file);

  /** What the script itself finds wrong; it counts, whatever the script does about it then. */
  void failed(StepFailed why);

  /** A line for the step's log. */
  void log(String line);
}
