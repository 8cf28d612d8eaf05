package gate.plan;

import gate.base.Shown;
import gate.plan.Plan.Decision;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Plan.PlannedStep;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What holds of the artifacts that steps declare, as far as their names tell. */
final class ArtifactRules {
  private ArtifactRules() {}

  /**
   * A sentence for each that lies outside, and for each that two steps write.
   *
   * @param folder the definition's, absolute
   * @param workspaces absolute
   */
  static List<String> problems(List<PlannedLeg> legs, Path folder, Collection<Path> workspaces) {
    List<String> problems = new ArrayList<>();
    Map<Path, String> writers = new LinkedHashMap<>();
    for (PlannedLeg leg : legs) {
      for (PlannedStep step : leg.steps()) {
        if (leg.decision() != Decision.RUN || step.off().isPresent()) {
          continue;
        }
        String who = "step `%s` of leg `%s`".formatted(step.name(), leg.leg().id());
        for (String name : step.artifacts()) {
          Optional<Path> path = path(name, folder, workspaces);
          if (path.isEmpty()) {
            problems.add(
                "%s: the artifact %s isn't a file below the folder of matrix.yaml or a workspace; name one that is"
                    .formatted(who, Shown.value(name)));
            continue;
          }
          String other = writers.putIfAbsent(path.get(), who);
          if (other != null) {
            problems.add(
                "%s and %s both write the artifact %s; give each a name of its own, in a leg with axes by `axes.NAME`"
                    .formatted(other, who, Shown.value(name)));
          }
        }
      }
    }
    return problems;
  }

  private static Optional<Path> path(String name, Path folder, Collection<Path> workspaces) {
    try {
      Path path = Plan.artifact(folder, name);
      List<Path> roots = new ArrayList<>(workspaces);
      roots.add(folder.toAbsolutePath().normalize());
      return Optional.of(path)
          .filter(it -> roots.stream().anyMatch(root -> it.startsWith(root) && !it.equals(root)));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
