package gate.kernel.cargo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A test binary, as cargo would have started it.
 *
 * @param target the name of its target
 * @param harness whether libtest's main is in it
 * @param argv its path, and the arguments that cargo itself gives
 * @param env its whole environment
 * @param identity of the file that was built
 */
record Binary(
    String target,
    boolean harness,
    List<String> argv,
    Map<String, String> env,
    Path folder,
    Optional<String> identity) {

  /** The same, which gets more variables. */
  Binary with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(env);
    all.putAll(more);
    return new Binary(target, harness, argv, all, folder, identity);
  }

  /** The same, of the file that is there now. */
  Binary now() {
    return new Binary(target, harness, argv, env, folder, identity(path()));
  }

  Path path() {
    return Path.of(argv.getFirst());
  }

  /** Whether the file is still the one that was built. */
  boolean unchanged() {
    return identity.isPresent() && identity.equals(identity(path()));
  }

  /** Tells a file from another one at the same place; empty where there is none. */
  static Optional<String> identity(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          "%s %d %s"
              .formatted(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
