package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.definition.Definition;
import gate.kernel.DryWalk;
import gate.plan.Plan;
import gate.plan.Refused;
import gate.plan.Toggles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code matrix lint}. */
@Command(
    name = "lint",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Checks the definition, every script and the toggles, and by `cargo metadata` what they"
            + " name of the workspaces; runs no leg.")
final class LintCommand extends Answering {
  @Mixin private Common common;

  LintCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Project project = Project.load(world(), common.file());
    Toggles toggles = project.toggles(common.dry());
    Plan plan = project.plan(toggles, List.of());
    List<String> problems = new ArrayList<>();
    plan.legs().stream()
        .filter(leg -> leg.steps().isEmpty())
        .map(leg -> leg.leg().script())
        .distinct()
        .forEach(script ->
            problems.add(
                "legs/%s.groovy has no step: the leg would turn the run red".formatted(script)));
    try (CargoTargets targets = new CargoTargets(world())) {
      plan.legs().stream()
          .flatMap(leg -> DryWalk.of(plan, leg, targets::missing).wrong().stream())
          .distinct()
          .forEach(problems::add);
      problems.addAll(targets.missing(plan));
      targets.untold().forEach(it -> world().err().println(Shown.line(it)));
    }
    problems.addAll(unheard(project.definition()));
    problems.addAll(strangers(project));
    if (!problems.isEmpty()) {
      throw new Refused(problems);
    }
    world()
        .out()
        .printf(
            "%s: legs: %d, steps: %d, nothing wrong%n",
            project.definition().file(),
            plan.legs().size(),
            plan.legs().stream().mapToInt(leg -> leg.steps().size()).sum());
    return ExitCode.OK;
  }

  /** Services that nobody could reach, since they aren't told where to listen. */
  private static List<String> unheard(Definition definition) {
    return definition.services().values().stream()
        .filter(it -> it.start().filter(start -> !start.hasPort()).isPresent())
        .map(it ->
            "%s:%d: nothing in `start` of service `%s` hands it the port to listen on; put `{port}` into `args` or `env`"
                .formatted(definition.file(), it.position().line(), it.name()))
        .toList();
  }

  private static List<String> strangers(Project project) {
    Path folder = project.definition().folder().resolve("legs");
    Set<String> known =
        project.definition().legs().stream()
            .map(leg -> leg.script() + ".groovy")
            .collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".groovy") && !known.contains(name))
          .sorted()
          .map(name ->
              "legs/%s belongs to no leg; declare `%s` in %s, or delete it"
                  .formatted(
                      name,
                      name.substring(0, name.length() - ".groovy".length()),
                      project.definition().file()))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
