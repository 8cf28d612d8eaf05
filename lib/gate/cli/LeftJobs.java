package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.engine.EngineFolder;
import gate.engine.LostJobs;
import gate.kernel.HostRunner;
import gate.kernel.Leftovers.Told;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What an engine left of a run on a cluster. */
final class LeftJobs {
  private LeftJobs() {}

  /**
   * Cancels it.
   *
   * @param run its folder
   * @param really whether it is done, and not only told
   */
  static Told clear(World world, Path run, boolean really) {
    try (HostRunner runner = HostRunner.ofCluster(world)) {
      return LostJobs.end(EngineFolder.of(run), () -> runner, really);
    }
  }

  /** Cancels it, and says so. */
  static void tell(World world, Path run, Consumer<String> failed) {
    tell(world, run, line -> world.err().println(Shown.line(line)), failed);
  }

  /**
   * The same.
   *
   * @param cancelled hears what was
   */
  static void tell(World world, Path run, Consumer<String> cancelled, Consumer<String> failed) {
    Told told = clear(world, run, true);
    told.cleared().forEach(it -> cancelled.accept("cancelled " + it));
    told.failed().forEach(failed);
  }

  /** What may go on of it, a phrase each; nothing is done to it. */
  static List<String> left(World world, Path run) {
    Told told = clear(world, run, false);
    return Stream.concat(told.cleared().stream(), told.failed().stream()).toList();
  }
}
