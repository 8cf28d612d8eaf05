package gate.kernel.cargo;

import java.nio.file.Path;

/** Hears of builds; called by any thread. */
public interface BuildListener {
  /** A package that lies somewhere in the file system was built, of a target with that source. */
  void built(Path manifest, Path source);

  /** A file for what a build prints. */
  Path log(String what);

  /**
   * A build came to its end.
   *
   * @param command can be pasted into a shell
   */
  void finished(String what, String command, boolean ok, Path log, long millis);
}
