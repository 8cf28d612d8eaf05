package gate.cli;

import gate.host.Fact;
import gate.kernel.DryWalk;
import gate.plan.Plan;
import gate.plan.Plan.Decision;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Plan.PlannedStep;
import java.util.ArrayList;
import java.util.List;

/** What each fact about the host does to the legs of a plan, a sentence each. */
final class Effects {
  private final List<PlannedLeg> legs;
  private final List<String> cargo;

  Effects(Plan plan) {
    this.legs = plan.legs().stream().filter(leg -> leg.decision() == Decision.RUN).toList();
    this.cargo =
        legs.stream()
            .filter(leg -> DryWalk.of(plan, leg).cargo())
            .map(leg -> leg.leg().id())
            .toList();
  }

  /** Of one fact; none where it changes nothing. */
  List<String> of(Fact fact) {
    return switch (fact.name()) {
      case "cargo", "rustc" ->
          cargo.stream()
              .map(leg ->
                  fact.usable() ? leg + " is built with it" : leg + " can't run: a run is refused")
              .toList();
      case "space", "memory" ->
          fact.proven()
              ? List.of()
              : cargo.stream().map(leg -> leg + " may fail for want of it").toList();
      case "git" -> fact.usable() ? List.of() : List.of("the commit of every leg's run is unknown");
      case "qemu", "qemu-img", "disk" ->
          machines().stream().map(step -> step + " boots with it").toList();
      case "kvm" -> kvm(fact);
      default -> service(fact);
    };
  }

  private List<String> machines() {
    List<String> steps = new ArrayList<>();
    for (PlannedLeg leg : legs) {
      leg.steps().stream()
          .filter(step -> step.accelerator().isPresent())
          .map(step -> leg.leg().id() + " step " + step.number())
          .forEach(steps::add);
    }
    return steps;
  }

  private List<String> kvm(Fact fact) {
    if (fact.proven()) {
      return machines().stream().map(step -> step + " runs on it").toList();
    }
    boolean asked =
        legs.stream().flatMap(leg -> leg.steps().stream()).anyMatch(PlannedStep::degradedAsked);
    String verdict = asked ? "PARTIAL at best" : "PARTIAL at best, with exit code 3";
    return machines().stream()
        .map(step -> "%s runs on TCG: the run is %s".formatted(step, verdict))
        .toList();
  }

  private List<String> service(Fact fact) {
    return legs.stream()
        .filter(leg ->
            leg.leg().services().stream().anyMatch(it -> fact.name().equals("service " + it)))
        .map(leg ->
            leg.leg().id()
                + (fact.usable()
                    ? " talks to it"
                    : " waits 10 s for it, and can't run where it doesn't come"))
        .toList();
  }
}
