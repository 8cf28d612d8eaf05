package gate.host;

import gate.base.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Programs on the PATH, and what they print. */
public final class Programs {
  private static final int LONGEST = 300;

  private Programs() {}

  /** The first executable file of that name on the PATH. */
  public static Optional<Path> find(World world, String program) {
    for (String folder : world.env("PATH").split(":")) {
      if (!folder.startsWith("/")) {
        continue;
      }
      Path file = below(world.root(), folder).resolve(program);
      if (Files.isExecutable(file) && !Files.isDirectory(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /** An absolute path of the host, below the root that stands for it. */
  static Path below(Path root, String absolute) {
    return root.resolve(absolute.substring(1));
  }

  /** The first line of it, without what a terminal would obey, cut to 300 characters. */
  static String printable(String text) {
    String line = text.lines().findFirst().orElse("").strip().replaceAll("\\p{Cntrl}", "?");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
