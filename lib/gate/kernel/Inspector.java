package gate.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Looks at a step that didn't pass, before its services and its folders go. */
public interface Inspector {
  /**
   * A step that didn't pass.
   *
   * @param number from 1
   * @param reason why, a sentence or a few lines
   * @param again the command that repeats its last action, for a shell; or empty
   * @param log its log; absolute
   * @param folder where its commands run
   * @param temp a folder that goes with it
   * @param env what its processes get
   * @param services those that are up for it
   */
  record FailedStep(
      String leg,
      int number,
      String name,
      String reason,
      String again,
      Path log,
      Path folder,
      Path temp,
      Map<String, String> env,
      List<KeptService> services) {}

  /**
   * A service that is up until the step has been looked at.
   *
   * @param urls where each of its replicas is
   * @param logs of those that were started; absolute
   */
  record KeptService(String name, List<String> urls, List<Path> logs) {}

  /** Looks, in the leg's own thread; the leg's time stands still until it returns. */
  void inspect(FailedStep step) throws InterruptedException;
}
