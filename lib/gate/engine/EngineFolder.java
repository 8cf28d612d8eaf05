package gate.engine;

import java.nio.file.Path;

/**
 * Where an engine works: nothing of it lies elsewhere.
 *
 * @param path absolute
 */
public record EngineFolder(Path path) {
  /** The one in a run's folder. */
  public static EngineFolder of(Path run) {
    return new EngineFolder(run.resolve("engine").toAbsolutePath().normalize());
  }

  Path flow() {
    return path.resolve("main.nf");
  }

  Path part() {
    return path.resolve("part.sh");
  }

  Path config() {
    return path.resolve("nextflow.config");
  }

  Path work() {
    return path.resolve("work");
  }

  Path temp() {
    return path.resolve("tmp");
  }

  Path home() {
    return path.resolve("home");
  }

  /** The engine's own log. */
  Path log() {
    return path.resolve("nextflow.log");
  }

  /** What the engine says. */
  public Path out() {
    return path.resolve("nextflow.out");
  }

  /** Where the parts are brought, a folder each process. */
  Path parts() {
    return path.resolve("parts");
  }

  /** What a leg's process brought. */
  Path brought(int number) {
    return parts().resolve("leg_" + number);
  }
}
