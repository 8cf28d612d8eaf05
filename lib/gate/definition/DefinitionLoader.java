package gate.definition;

import gate.base.Position;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Loads a definition. Never throws for what a file holds, or for a file that can't be read. */
public final class DefinitionLoader {
  private static final int MOST_BYTES = 1 << 20;

  private DefinitionLoader() {}

  /** Reads and checks a file; it is named in diagnostics as it is named here. */
  public static Loaded load(Path file) {
    if (Files.isDirectory(file)) {
      return failed(file, "this is a folder, not a definition", "name the file in it");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return failed(
          file, "this is a device or a pipe, not a regular file", "name the definition itself");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return parse(file, in.readNBytes(MOST_BYTES + 1));
    } catch (AccessDeniedException denied) {
      return failed(file, "the file may not be read: permission denied", "check its permissions");
    } catch (IOException unreadable) {
      return Files.notExists(file)
          ? missing(file)
          : failed(
              file,
              "the file can't be read: " + unreadable.getMessage(),
              "try to read it yourself");
    }
  }

  /** Checks a file's content. */
  public static Loaded parse(Path file, byte[] utf8) {
    if (utf8.length > MOST_BYTES) {
      return failed(
          file, "the file has more than 1 MiB; a definition is short", "name the right file");
    }
    Problems problems = new Problems(file, utf8);
    Optional<Found> found = shaped(utf8, problems);
    found.ifPresent(it -> References.check(it, problems));
    return found.isPresent() && problems.isEmpty()
        ? new Loaded.Ok(Binder.bind(file, found.get()))
        : new Loaded.Failed(problems.inOrder());
  }

  /** All that comes before names are resolved: what the JSON Schema says, and YAML itself. */
  static Optional<Found> shaped(byte[] utf8, Problems problems) {
    return Source.decode(utf8, problems).flatMap(text -> shaped(text, problems));
  }

  private static Optional<Found> shaped(String text, Problems problems) {
    Characters.check(text, problems);
    if (!problems.isEmpty()) {
      return Optional.empty();
    }
    Optional<YamlNode> root = YamlReader.read(text, problems);
    if (root.isEmpty() && problems.isEmpty()) {
      problems.add(
          Position.WHOLE_FILE,
          "the file is empty; a definition needs a `name` and `legs`",
          "begin with `name: my-matrix`");
    }
    return root.map(it -> ShapeCheck.check(it, problems));
  }

  private static Loaded missing(Path file) {
    String name = String.valueOf(file.getFileName());
    String other = name.replaceFirst("\\.yaml$", ".yml");
    other = other.equals(name) ? name.replaceFirst("\\.yml$", ".yaml") : other;
    Path sibling = file.resolveSibling(other);
    return failed(
        file,
        "there is no such file",
        !other.equals(name) && Files.exists(sibling)
            ? "did you mean `" + sibling + "`?"
            : "go to the folder that holds it, or name another file with `-f FILE`");
  }

  private static Loaded failed(Path file, String message, String suggestion) {
    Problems problems = new Problems(file, new byte[0]);
    problems.add(Position.WHOLE_FILE, message, suggestion);
    return new Loaded.Failed(problems.inOrder());
  }
}
