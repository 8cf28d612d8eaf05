package gate.kernel.cargo;

import java.nio.file.Path;
import java.util.List;

/** Hears of builds; called by any thread. */
public interface BuildListener {
  /** A package that lies somewhere in the file system was built, of these sources. */
  void built(Path manifest, List<Path> sources);

  /** A file for what a build prints. */
  Path log(String what);

  /**
   * A build came to its end.
   *
   * @param command can be pasted into a shell
   */
  void finished(String what, String command, boolean ok, Path log, long millis);
}
