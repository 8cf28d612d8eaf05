package gate.host;

import gate.base.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.ProcessResult;

/**
 * What git says of a folder; {@code unknown} where it isn't in a repository, or git isn't there.
 *
 * @param commit the full hash of HEAD
 * @param tree of its tree
 * @param dirty whether a file that isn't ignored differs from HEAD
 */
public record Git(String commit, String tree, boolean dirty) {
  private static final Git UNKNOWN = new Git("unknown", "unknown", false);

  /** Asks git. */
  public static Git of(World world, Path folder) {
    try {
      List<String> heads = ask(world, folder, "rev-parse", "HEAD", "HEAD^{tree}");
      if (heads.size() != 2) {
        return UNKNOWN;
      }
      List<String> changes = ask(world, folder, "status", "--porcelain", "--untracked-files=all");
      return new Git(heads.get(0), heads.get(1), !changes.isEmpty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    } catch (IOException | TimeoutException e) {
      return UNKNOWN;
    }
  }

  /** Variables that have git look elsewhere, or do something else. */
  private static boolean misleads(String name) {
    return name.startsWith("GIT_") || Set.of("LD_PRELOAD", "LD_AUDIT").contains(name);
  }

  private static List<String> ask(World world, Path folder, String... words)
      throws IOException, InterruptedException, TimeoutException {
    List<String> argv = new ArrayList<>(List.of("git", "-c", "core.fsmonitor=false"));
    argv.addAll(List.of(words));
    Map<String, String> env = new TreeMap<>(world.env());
    env.keySet().removeIf(Git::misleads);
    env.put("GIT_OPTIONAL_LOCKS", "0");
    ProcessExecutor git =
        new ProcessExecutor(argv)
            .directory(folder.toFile())
            .environment(env)
            .readOutput(true)
            .redirectErrorStream(false)
            .timeout(20, TimeUnit.SECONDS);
    System.getenv().keySet().stream()
        .filter(Git::misleads)
        .forEach(name -> git.environment(name, null));
    ProcessResult result = git.execute();
    if (result.getExitValue() != 0) {
      return List.of();
    }
    return result.outputUTF8().lines().toList();
  }
}
