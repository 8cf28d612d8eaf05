package gate.host;

import gate.base.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Git with a folder of its own for somebody's working tree: it reads that repository's objects, and
 * none of anybody's settings, filters or attributes beside those of the files themselves.
 */
final class OwnGit {
  /** Has each file count as the bytes that it holds, whatever its repository says of it. */
  static final String RAW = "* -text -filter -ident !working-tree-encoding\n";

  private final World world;
  private final Path work;
  private final Map<String, String> env;

  private OwnGit(World world, Path work, Map<String, String> env) {
    this.world = world;
    this.work = work;
    this.env = env;
  }

  /**
   * Where it finds and keeps objects.
   *
   * @param format {@code sha1} or {@code sha256}
   * @param theirs the repository's, only read
   * @param own a folder for new ones
   */
  record Objects(String format, Path theirs, Path own) {}

  /**
   * What it has of ignored files.
   *
   * @param exclude the repository's own list, which may not be there
   * @param excludes the user's
   */
  record Ignored(Path exclude, Path excludes) {}

  /**
   * Makes its folder.
   *
   * @param folder which doesn't exist
   * @param work the working tree
   * @param attributes as in a .gitattributes; they come before all others
   */
  static OwnGit create(
      World world, Path folder, Path work, Objects objects, String attributes, Ignored ignored)
      throws IOException {
    Path info = Files.createDirectories(folder.resolve("info"));
    Files.createDirectories(folder.resolve("refs"));
    Files.createDirectories(folder.resolve("objects"));
    Files.writeString(folder.resolve("HEAD"), "ref: refs/heads/none\n");
    Files.writeString(info.resolve("attributes"), attributes);
    if (Files.isRegularFile(ignored.exclude())) {
      Files.copy(ignored.exclude(), info.resolve("exclude"));
    }
    Files.writeString(folder.resolve("config"), config(objects.format(), ignored.excludes()));
    Map<String, String> env = new TreeMap<>();
    env.put("GIT_DIR", folder.toString());
    env.put("GIT_WORK_TREE", work.toString());
    env.put("GIT_OBJECT_DIRECTORY", objects.own().toString());
    env.put("GIT_ALTERNATE_OBJECT_DIRECTORIES", objects.theirs().toString());
    env.put("GIT_CONFIG_NOSYSTEM", "1");
    env.put("GIT_ATTR_NOSYSTEM", "1");
    env.put("HOME", folder.toString());
    env.put("XDG_CONFIG_HOME", folder.toString());
    return new OwnGit(world, work, env);
  }

  private static String config(String format, Path excludes) {
    boolean sha1 = format.equals("sha1");
    return "[core]\n\trepositoryformatversion = %d\n\tbare = false\n\texcludesFile = \"%s\"\n%s"
        .formatted(
            sha1 ? 0 : 1,
            excludes.toString().replace("\\", "\\\\").replace("\"", "\\\""),
            sha1 ? "" : "[extensions]\n\tobjectFormat = %s\n".formatted(format));
  }

  /** The lines that git answers with, by such an index; empty where it fails. */
  Optional<List<String>> ask(Path index, String... words) {
    return ask(index, List.of(), words);
  }

  /** The same, with texts for its input, a NUL behind each. */
  Optional<List<String>> ask(Path index, List<String> input, String... words) {
    Map<String, String> all = new TreeMap<>(env);
    all.put("GIT_INDEX_FILE", index.toString());
    byte[] bytes =
        input.isEmpty()
            ? new byte[0]
            : (String.join("\0", input) + "\0").getBytes(StandardCharsets.UTF_8);
    return Git.ask(world, work, all, bytes, words);
  }

  /** What git answers with NULs between. */
  Optional<List<String>> list(Path index, String... words) {
    return ask(index, words).map(OwnGit::parts);
  }

  /** What stands between NULs. */
  static List<String> parts(List<String> lines) {
    List<String> parts = new ArrayList<>(List.of(String.join("\n", lines).split("\0")));
    parts.removeIf(String::isEmpty);
    return parts;
  }
}
