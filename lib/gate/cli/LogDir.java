package gate.cli;

import gate.base.World;
import gate.definition.BuiltIn;
import gate.host.Repository;
import gate.plan.Plan;
import gate.plan.Refused;
import gate.plan.Toggles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The folder that a user names for a run. */
final class LogDir {
  private LogDir() {}

  /**
   * What lies in a run's folder isn't looked at for changes.
   *
   * @throws Refused where that would be what is tested, or files that git knows beside it
   */
  static void check(World world, Plan plan, Toggles toggles) {
    Optional<Path> named = toggles.value(BuiltIn.LOG_DIR).map(Path::of);
    List<Path> sources = new ArrayList<>(plan.workspaces().values());
    sources.add(plan.definition().folder());
    sources.stream()
        .filter(it -> named.filter(it::startsWith).isPresent())
        .findFirst()
        .ifPresent(it -> {
          throw new Refused(
              "LOG_DIR %s holds what is tested, %s; name a folder for the run alone"
                  .formatted(named.get(), it));
        });
    named
        .filter(Files::isDirectory)
        .flatMap(it -> Repository.of(world, it).filter(repository -> repository.tracks(it)))
        .map(Repository::top)
        .filter(top ->
            sources.stream()
                .flatMap(it -> Repository.of(world, it).stream())
                .anyMatch(it -> it.top().equals(top)))
        .ifPresent(top -> {
          throw new Refused(
              "LOG_DIR %s holds files of the repository %s, which is looked at for changes; name a folder for the run alone"
                  .formatted(named.get(), top));
        });
  }
}
