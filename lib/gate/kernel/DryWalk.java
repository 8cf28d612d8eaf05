package gate.kernel;

import gate.base.Commands;
import gate.definition.Service;
import gate.dsl.CargoTest;
import gate.dsl.DependsOn;
import gate.dsl.Step;
import gate.dsl.StepFailed;
import gate.plan.Plan;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Plan.PlannedStep;
import gate.plan.Planner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Walks the steps of a leg without doing anything. */
public final class DryWalk {
  /** What a step would do, a line each; step 0: getting the leg's services. */
  public record Line(int step, String text) {}

  /**
   * All lines of a leg.
   *
   * @param cargo whether it can't run without cargo
   * @param wrong what no run of it could do, a sentence each
   */
  public record Walked(List<Line> lines, boolean cargo, List<String> wrong) {}

  /** Somebody who may know that a workspace has no such tests. */
  public interface Known {
    /** Why no run could find them, as a sentence; empty where they may be there. */
    Optional<String> missing(Path workspace, CargoTest test);
  }

  private DryWalk() {}

  /** Walks the steps that would run. */
  public static Walked of(Plan plan, PlannedLeg leg) {
    return of(plan, leg, (_, _) -> Optional.empty());
  }

  /** The same, and what is known to be missing is wrong. */
  public static Walked of(Plan plan, PlannedLeg leg, Known known) {
    List<Line> lines = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    boolean cargo = services(plan, leg, lines);
    int[] number = {0};
    DryActions actions = new DryActions(plan, known, text -> lines.add(new Line(number[0], text)));
    List<Step> steps =
        leg.script().steps(Planner.context(leg.leg(), plan.toggles(), plan.definition(), actions));
    for (PlannedStep planned : leg.steps()) {
      if (planned.off().isPresent()) {
        continue;
      }
      number[0] = planned.number();
      try {
        steps.get(planned.number() - 1).body().run();
      } catch (DependsOn e) {
        lines.add(new Line(planned.number(), "# depends on " + e.getMessage()));
      } catch (StepFailed e) {
        if (e instanceof Unrunnable) {
          wrong.add(e.located());
        }
        lines.add(new Line(planned.number(), "# fails: " + e.located()));
      }
    }
    return new Walked(List.copyOf(lines), cargo || actions.cargo(), List.copyOf(wrong));
  }

  private static boolean services(Plan plan, PlannedLeg leg, List<Line> lines) {
    boolean cargo = false;
    for (Service service : Services.ordered(plan.definition(), leg.leg().services())) {
      String url = plan.toggles().endpoints().get(service.name());
      if (url != null) {
        lines.add(new Line(0, "# reach " + service.name() + " at " + url));
      } else if (service.byTests()) {
        lines.add(new Line(0, "# " + service.name() + " is started by the tests"));
      } else if (service.start().isPresent()) {
        var start = service.start().get();
        cargo = true;
        lines.add(
            new Line(
                0,
                "cd %s && %s"
                    .formatted(
                        Commands.quote(plan.workspaces().get(start.workspace()).toString()),
                        Commands.line(Builds.command(start)))));
        List<String> argv = new ArrayList<>(List.of(start.bin()));
        argv.addAll(start.args());
        lines.add(
            new Line(
                0,
                Commands.line(argv) + (start.replicas() == 1 ? "" : "  # × " + start.replicas())));
      }
    }
    return cargo;
  }
}
