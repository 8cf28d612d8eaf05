package gate.engine;

import gate.plan.Plan;
import gate.plan.Plan.Decision;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Plan.PlannedStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/** The legs of a plan that run, as an engine sees them. */
public final class FlowLegs {
  /** The label of a leg whose virtual machines want KVM. */
  public static final String KVM = "kvm";

  /** For builds, services and the gate itself, beside a leg's own timeout. */
  private static final Duration BESIDES = Duration.ofMinutes(30);

  private FlowLegs() {}

  /**
   * In the plan's order, in which each stands after all that it waits for.
   *
   * @param tries how often a leg is run at most
   */
  public static List<FlowLeg> of(Plan plan, ToIntFunction<PlannedLeg> tries) {
    Map<String, String> holders = new HashMap<>();
    List<FlowLeg> legs = new ArrayList<>();
    for (PlannedLeg leg : plan.legs()) {
      if (leg.decision() == Decision.RUN) {
        legs.add(
            new FlowLeg(
                leg.leg().id(),
                leg.needs(),
                after(leg, holders),
                leg.leg().cpus(),
                leg.leg().memory(),
                leg.leg().timeout().multipliedBy(tries.applyAsInt(leg)).plus(BESIDES),
                labels(leg),
                leg.leg().allow().contains("leaked")));
      }
    }
    return legs;
  }

  /** Who had its locks before; from now on it has them itself. */
  private static List<String> after(PlannedLeg leg, Map<String, String> holders) {
    Set<String> after = new LinkedHashSet<>();
    for (String lock : leg.leg().locks()) {
      String before = holders.put(lock, leg.leg().id());
      if (before != null && !leg.needs().contains(before)) {
        after.add(before);
      }
    }
    return List.copyOf(after);
  }

  /** What a machine has to have that runs the leg. */
  public static List<String> labels(PlannedLeg leg) {
    return leg.steps().stream().anyMatch(FlowLegs::wantsKvm) ? List.of(KVM) : List.of();
  }

  /** A step that a toggle sends to emulation wants none. */
  private static boolean wantsKvm(PlannedStep step) {
    return step.off().isEmpty()
        && step.accelerator().isPresent()
        && !(step.degraded().isPresent() && step.degradedAsked());
  }
}
