package gate.host;

import gate.base.World;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param dirty whether a file that isn't ignored differs from HEAD, or git can't tell
 */
public record Git(String commit, String tree, boolean dirty) {
  static final String UNKNOWN_HASH = "unknown";

  private static final int SECONDS = 60;

  /** Over whatever a repository is set to. */
  private static final List<String> LOOKING =
      List.of(
          "core.fsmonitor=false",
          "core.untrackedCache=false",
          "core.checkStat=default",
          "core.trustctime=true",
          "core.ignoreStat=false");

  private static final Git UNKNOWN = new Git(UNKNOWN_HASH, UNKNOWN_HASH, false);

  /** Asks git. */
  public static Git of(World world, Path folder) {
    Optional<List<String>> heads = ask(world, folder, Map.of(), "rev-parse", "HEAD", "HEAD^{tree}");
    if (heads.isEmpty() || heads.get().size() != 2) {
      return UNKNOWN;
    }
    Optional<List<String>> changes =
        ask(
            world,
            folder,
            Map.of(),
            "status",
            "--porcelain",
            "--untracked-files=all",
            "--ignore-submodules=none");
    return new Git(heads.get().get(0), heads.get().get(1), !changes.equals(Optional.of(List.of())));
  }

  /** Variables that have git look elsewhere, or do something else. */
  private static boolean misleads(String name) {
    return name.startsWith("GIT_") || Set.of("LD_PRELOAD", "LD_AUDIT").contains(name);
  }

  /** A command of git's that starts nothing else, and that looks whether a file has changed. */
  static List<String> argv(String... words) {
    List<String> argv = new ArrayList<>(List.of("git"));
    LOOKING.forEach(setting -> argv.addAll(List.of("-c", setting)));
    argv.addAll(List.of(words));
    return argv;
  }

  /** What git gets of the environment. */
  static Map<String, String> environment(World world) {
    Map<String, String> env = new TreeMap<>(world.env());
    env.keySet().removeIf(Git::misleads);
    env.put("GIT_OPTIONAL_LOCKS", "0");
    env.put("GIT_NO_REPLACE_OBJECTS", "1");
    env.put("GIT_GRAFT_FILE", "/dev/null");
    return env;
  }

  /** The lines that git answers with; empty where it fails, or isn't there. */
  static Optional<List<String>> ask(
      World world, Path folder, Map<String, String> more, String... words) {
    return ask(world, folder, more, new byte[0], words);
  }

  /** The same, with something to read for it. */
  static Optional<List<String>> ask(
      World world, Path folder, Map<String, String> more, byte[] input, String... words) {
    return execute(world, folder, more, input, OutputStream.nullOutputStream(), words)
        .filter(result -> result.getExitValue() == 0)
        .map(result -> result.outputUTF8().lines().toList());
  }

  /** What it says on standard error, in English; empty where it isn't there. */
  static String complaint(World world, Path folder, String... words) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    execute(world, folder, Map.of("LC_ALL", "C"), new byte[0], errors, words);
    return errors.toString(StandardCharsets.UTF_8);
  }

  private static Optional<ProcessResult> execute(
      World world,
      Path folder,
      Map<String, String> more,
      byte[] input,
      OutputStream errors,
      String... words) {
    Map<String, String> env = environment(world);
    env.putAll(more);
    ProcessExecutor git =
        new ProcessExecutor(argv(words))
            .directory(folder.toFile())
            .environment(env)
            .redirectInput(new ByteArrayInputStream(input))
            .redirectError(errors)
            .readOutput(true)
            .redirectErrorStream(false)
            .timeout(SECONDS, TimeUnit.SECONDS);
    System.getenv().keySet().stream()
        .filter(name -> misleads(name) && !more.containsKey(name))
        .forEach(name -> git.environment(name, null));
    try {
      return Optional.of(git.execute());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (IOException | TimeoutException e) {
      return Optional.empty();
    }
  }

  /** Whether git names these bytes so: by SHA-1, or by SHA-256 where names are that long. */
  static boolean names(String object, byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance(object.length() == 40 ? "SHA-1" : "SHA-256");
      digest.update("blob %d\0".formatted(bytes.length).getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(bytes)).equals(object);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
