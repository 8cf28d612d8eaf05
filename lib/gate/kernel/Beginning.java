package gate.kernel;

import gate.base.Secrets;
import gate.definition.GatePolicy;
import gate.host.Fact;
import gate.host.Git;
import gate.journal.Event;
import gate.journal.Format;
import gate.plan.Plan;
import gate.plan.Plan.Decision;
import gate.plan.Plan.PlannedLeg;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run's journal says before anything runs.
 *
 * @param run its name
 */
public record Beginning(Plan plan, Settings settings, String run) {
  /** How it was started, on what host. */
  public Event.RunStarted started() {
    Secrets secrets = plan.toggles().secrets(); // as in the journal, with which it is compared
    Git git = Git.of(settings.world(), plan.definition().folder());
    return new Event.RunStarted(
        Format.VERSION,
        settings.gate(),
        run,
        plan.definition().name(),
        plan.definition().file().toString(),
        settings.command(),
        git.commit(),
        git.tree(),
        git.dirty(),
        plan.dry(),
        settings.strict(),
        settings.jobs(),
        plan.definition().legs().size(),
        plan.selected(),
        plan.toggles().values().values().stream()
            .map(it ->
                new Event.ToggleValue(
                    it.name(), secrets.shown(it.value().orElse("")), it.source().toString()))
            .toList(),
        plan.facts().stream().map(Beginning::fact).toList(),
        plan.definition().gate().flaky() == GatePolicy.Flaky.ALLOW,
        environment(secrets),
        Environment.dropped(settings.world(), plan.toggles()));
  }

  private Map<String, String> environment(Secrets secrets) {
    Map<String, String> shown =
        new TreeMap<>(Environment.telling(settings.world(), plan.toggles()));
    shown.replaceAll((_, value) -> secrets.shown(value));
    return shown;
  }

  private static Event.HostFact fact(Fact fact) {
    return new Event.HostFact(
        fact.name(),
        fact.state().toString(),
        fact.level(),
        fact.proof(),
        fact.fix(),
        fact.details());
  }

  /** What is to run. */
  public Event.Planned planned() {
    return new Event.Planned(
        plan.legs().stream().map(Beginning::planned).toList(), settings.repeat());
  }

  /** This process, and the mark of those that it starts. */
  public static Event.GateStarted gateStarted(long mark) {
    ProcessHandle gate = ProcessHandle.current();
    return new Event.GateStarted(gate.pid(), GateProcess.since(gate), Long.toString(mark));
  }

  static Event.PlannedLeg planned(PlannedLeg leg) {
    return new Event.PlannedLeg(
        leg.leg().id(),
        leg.leg().title(),
        leg.leg().covers(),
        leg.needs(),
        leg.leg().services(),
        switch (leg.decision()) {
          case RUN -> "run";
          case SKIP -> "skip";
          case PLANNED -> "planned";
        },
        leg.why(),
        leg.decision() == Decision.SKIP,
        List.copyOf(leg.leg().allow()),
        leg.steps().stream()
            .map(step ->
                new Event.PlannedStep(
                    step.number(),
                    step.name(),
                    step.off().isPresent() ? "off" : "run",
                    step.off().or(step::degraded).orElse(""),
                    step.degradedAsked(),
                    step.waits(),
                    step.accelerator().orElse("")))
            .toList(),
        List.copyOf(leg.leg().locks()));
  }
}
