package gate.host;

import gate.base.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Programs on the PATH. */
public final class Programs {
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
}
