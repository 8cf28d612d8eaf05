package gate.cli;

import gate.base.Names;
import gate.base.Secrets;
import gate.base.Shown;
import gate.base.World;
import gate.definition.Leg;
import gate.journal.Entry;
import gate.kernel.HostRunner;
import gate.plan.Plan;
import gate.plan.Refused;
import gate.plan.Toggles;
import gate.report.Because;
import gate.report.Explained;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix why}. */
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Says why a leg would run now or not; with a run, why it came out there as it did.")
final class WhyCommand extends Answering {
  @Mixin private Common common;

  @Parameters(index = "0", paramLabel = "LEG", description = "The leg.")
  private String leg;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RUN",
      description =
          "The run's name or folder, or `latest`; by default the plan as it would be now.")
  private String run;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  WhyCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Project project = Project.load(world(), common.file());
    if (run == null) {
      now(project);
    } else {
      then(project);
    }
    return ExitCode.OK;
  }

  private void now(Project project) {
    List<String> ids = project.definition().legs().stream().map(Leg::id).toList();
    String id = known(ids, "");
    Toggles toggles = project.toggles(common.set());
    Plan plan;
    try (HostRunner runner = new HostRunner(world())) {
      plan =
          project.plan(
              toggles, List.copyOf(PlanExplained.withNeeds(project.definition(), id)), runner);
    }
    say(toggles.secrets(), PlanExplained.of(plan, id));
    if (!json && !Runs.all(project.definition().folder()).isEmpty()) {
      world()
          .err()
          .printf(
              "how it came out: ./jbang matrix.java why %s %s%s%n",
              id, Runs.LATEST, common.again());
    }
  }

  private void then(Project project) {
    Path folder = Runs.find(project.definition().folder(), world().folder(), Optional.of(run));
    List<Entry> entries = Runs.entries(folder);
    String id = known(Explained.legs(entries), " in run " + folder.getFileName());
    say(Secrets.NONE, Explained.of(folder, entries, id));
  }

  private String known(List<String> legs, String where) {
    if (legs.contains(leg)) {
      return leg;
    }
    throw new Refused(
        "there is no leg %s%s; %s"
            .formatted(
                Shown.value(leg),
                where,
                Names.nearest(leg, legs)
                    .map("did you mean `%s`?"::formatted)
                    .orElse("the legs are " + Shown.names(legs))));
  }

  private void say(Secrets secrets, Because why) {
    if (json) {
      printJson(secrets, why.fields());
    } else {
      print(secrets, out -> why.lines().forEach(out::println));
    }
  }
}
