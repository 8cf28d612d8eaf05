package gate.kernel.cargo;

import gate.base.Secrets;
import gate.kernel.process.Exit;
import gate.kernel.process.SpawnFailed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How a leg starts a process. Used from the leg's own thread. */
public interface Launcher {
  /**
   * Runs a process to its end.
   *
   * @param env its whole environment
   * @param out takes its standard output, appended
   * @param err takes its standard error, appended
   */
  Exit run(List<String> argv, Map<String, String> env, Path folder, Path out, Path err)
      throws SpawnFailed, InterruptedException;

  /** A test binary is started next. */
  void starts(Path binary);

  /** Adds a line to the step's log. */
  void says(String line);

  /** What builds don't get, and logs may not hold. */
  default Secrets secrets() {
    return Secrets.NONE;
  }

  /** The leg begins to wait for something that others wait for too: its clock stands still. */
  void waits();

  /** The waiting is over. */
  void goesOn();
}
