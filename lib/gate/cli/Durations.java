package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.definition.Definition;
import gate.evidence.Kept;
import gate.journal.RunRecord;
import gate.kernel.RunFolder;
import gate.plan.Refused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How long legs took before, by which shards are balanced. What is taken by default is in the
 * repository, so that every checkout of a commit comes to the same shards.
 */
final class Durations {
  private static final String NONE = "none";

  private Durations() {}

  /**
   * By leg, in milliseconds.
   *
   * @param named a run's name or folder, a kept run's too, or {@code none}; empty: the latest kept
   *     run
   * @throws Refused where that is none, or can't be read
   */
  static Map<String, Long> of(World world, Definition definition, Optional<String> named) {
    Optional<Path> folder =
        named.isEmpty()
            ? Kept.all(definition.folder()).stream().findFirst()
            : named.filter(it -> !it.equals(NONE)).map(it -> find(world, definition, it));
    return folder.map(Durations::read).orElse(Map.of());
  }

  private static Path find(World world, Definition definition, String named) {
    for (Path folder :
        List.of(
            world.folder().resolve(named),
            definition.folder().resolve(RunFolder.RUNS).resolve(named),
            definition.folder().resolve(gate.evidence.EvidenceFolder.PARENT).resolve(named))) {
      if (Files.isRegularFile(folder.resolve(RunFolder.JOURNAL))) {
        return folder.normalize();
      }
    }
    throw new Refused(
        "--durations %s: there is no such run; name one of `matrix runs` or `matrix evidence list`, a folder with an %s, or `%s`"
            .formatted(Shown.value(named), RunFolder.JOURNAL, NONE));
  }

  private static Map<String, Long> read(Path folder) {
    RunRecord run;
    try {
      run = RunRecord.of(Runs.entries(folder));
    } catch (Refused e) {
      throw new Refused(
          "shards are balanced by the durations in %s, which can't be read: %s; mend it, or name another run, or none, by --durations"
              .formatted(folder, e.getMessage()));
    }
    Map<String, Long> millis = new TreeMap<>();
    run.legs().stream()
        .filter(leg -> leg.millis() > 0)
        .forEach(leg -> millis.put(leg.plan().leg(), leg.millis()));
    return millis;
  }
}
