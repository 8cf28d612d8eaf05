package gate.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the logs of a run's steps were when their steps ended. For any thread. */
final class StepLogs {
  private final Path folder;
  private final Map<String, Ended> ended = new ConcurrentHashMap<>();

  /**
   * @param folder the run's
   */
  StepLogs(Path folder) {
    this.folder = folder;
  }

  /**
   * @param key tells the file from others, as {@link #key} gives it
   */
  private record Ended(Optional<Object> key, long size) {}

  /**
   * Keeps what a log is now.
   *
   * @param name relative to the run's folder
   * @param key the file's that the step wrote to
   */
  void ended(String name, Optional<Object> key) {
    ended.put(name, new Ended(key, file(name).toFile().length()));
  }

  /** What tells a file from others that get its name; empty where the system gives nothing. */
  static Optional<Object> key(Path file) {
    try {
      return Optional.ofNullable(
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .fileKey());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Why a log can't show any more what its step wrote; it may have grown. */
  Optional<String> lost(String name) {
    Path file = file(name);
    if (!file.toFile().isFile()) {
      return Optional.of(
          "the log %s is gone; somebody removed it while the run went on".formatted(file));
    }
    Ended before = ended.get(name);
    if (before == null) { // its step was cut off, or a gate before this one ran it
      return Optional.empty();
    }
    long size = file.toFile().length();
    if (size < before.size()) {
      return Optional.of(
          "the log %s has %d bytes, and had %d when its step ended; somebody emptied it while the run went on"
              .formatted(file, size, before.size()));
    }
    return Objects.equals(before.key(), key(file))
        ? Optional.empty()
        : Optional.of(
            "the log %s isn't the file that its step wrote; somebody replaced it while the run went on"
                .formatted(file));
  }

  private Path file(String name) {
    return folder.resolve(name);
  }
}
