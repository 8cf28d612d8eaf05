package gate.kernel.cargo;

import java.nio.file.Path;

/** Hears of builds; called by any thread. */
public interface BuildListener {
  /** A file for what a build prints. */
  Path log(String what);

  /**
   * A build came to its end.
   *
   * @param command can be pasted into a shell
   */
  void finished(String what, String command, boolean ok, Path log, long millis);
}
