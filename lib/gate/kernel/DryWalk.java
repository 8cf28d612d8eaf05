package gate.kernel;

import gate.base.Commands;
import gate.definition.Service;
import gate.dsl.CargoTest;
import gate.dsl.DependsOn;
import gate.dsl.NotSet;
import gate.dsl.OwnFailure;
import gate.dsl.Step;
import gate.dsl.StepFailed;
import gate.plan.Plan;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Plan.PlannedStep;
import gate.plan.Planner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Walks the steps of a leg without doing anything. */
public final class DryWalk {
  /** What a step would do is told at once; one that takes longer never ends. */
  private static final int SECONDS = 5;

  private static final int MOST_LINES = 100_000;

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
    List<Line> lines = Collections.synchronizedList(new ArrayList<>());
    List<String> wrong = new ArrayList<>();
    boolean cargo = services(plan, leg, lines);
    int[] number = {0};
    DryActions actions =
        new DryActions(
            plan,
            known,
            text -> {
              if (lines.size() == MOST_LINES || Thread.currentThread().isInterrupted()) {
                throw new StepFailed("it does more than %d things".formatted(MOST_LINES));
              }
              lines.add(new Line(number[0], text));
            });
    List<Step> steps =
        leg.script().steps(Planner.context(leg.leg(), plan.toggles(), plan.definition(), actions));
    for (PlannedStep planned : leg.steps()) {
      if (planned.off().isPresent()) {
        continue;
      }
      number[0] = planned.number();
      try {
        walk(steps.get(planned.number() - 1).body());
      } catch (DependsOn e) {
        lines.add(new Line(planned.number(), "# depends on " + e.getMessage()));
      } catch (StepFailed e) {
        if (e instanceof Unrunnable || !mayPass(e, actions)) {
          wrong.add(e.located());
        }
        lines.add(new Line(planned.number(), "# fails: " + e.located()));
      } catch (TimeoutException e) {
        String why =
            "legs/%s.groovy: step `%s` of leg `%s` didn't come to its end in %d s, though a dry run does nothing: a loop in it has no end"
                .formatted(leg.leg().script(), planned.name(), leg.leg().id(), SECONDS);
        if (!actions.unsure()) {
          wrong.add(why);
        }
        lines.add(new Line(planned.number(), "# fails: " + why));
        break; // its script is still in that step
      }
    }
    return new Walked(List.copyOf(lines), cargo || actions.cargo(), List.copyOf(wrong));
  }

  /** Whether it may be otherwise in a run. */
  private static boolean mayPass(StepFailed failed, DryActions actions) {
    return actions.unsure()
        || failed instanceof NotSet
        || (failed instanceof OwnFailure || failed instanceof AsksNothing) && actions.faked();
  }

  /** Walks a step in a thread that nobody waits for longer. */
  private static void walk(Runnable body) throws TimeoutException {
    FutureTask<Void> walk = new FutureTask<>(body, null);
    Thread.ofPlatform().daemon().name("dry walk").start(walk);
    try {
      walk.get(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed("interrupted");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failed -> throw failed;
        case Error error -> throw error;
        default -> throw new IllegalStateException(e.getCause());
      }
    } finally {
      walk.cancel(true);
    }
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
