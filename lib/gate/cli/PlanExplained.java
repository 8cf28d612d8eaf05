package gate.cli;

import gate.definition.Definition;
import gate.definition.Leg;
import gate.definition.Service;
import gate.host.Fact;
import gate.plan.Plan;
import gate.plan.Plan.Decision;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Plan.PlannedStep;
import gate.plan.ToggleValue;
import gate.report.Because;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Why the plan decides on a leg as it does. */
final class PlanExplained {
  private final Plan plan;
  private final Map<String, PlannedLeg> legs = new LinkedHashMap<>();
  private final Effects effects;

  private PlanExplained(Plan plan) {
    this.plan = plan;
    this.effects = new Effects(plan);
    plan.legs().forEach(leg -> legs.put(leg.leg().id(), leg));
  }

  /** Of a leg that stands in the plan with all that it needs. */
  static Because of(Plan plan, String leg) {
    PlanExplained explained = new PlanExplained(plan);
    return explained.leg(explained.legs.get(leg), true);
  }

  /** The leg, and all that it needs. */
  static Set<String> withNeeds(Definition definition, String leg) {
    Map<String, Leg> byId = new LinkedHashMap<>();
    definition.legs().forEach(it -> byId.put(it.id(), it));
    Set<String> names = new LinkedHashSet<>();
    place(leg, byId, names);
    return names;
  }

  private static void place(String leg, Map<String, Leg> byId, Set<String> names) {
    if (names.add(leg)) {
      byId.get(leg).needs().forEach(need -> place(need, byId, names));
    }
  }

  private Because leg(PlannedLeg leg, boolean whole) {
    List<Because> because = new ArrayList<>();
    leg.leg().skip().map(name -> decides(name, "skips")).ifPresent(because::add);
    leg.leg().planned().map(name -> decides(name, "approves")).ifPresent(because::add);
    for (String need : leg.leg().needs()) {
      because.add(new Because("need", "it needs leg `" + need + "`", leg(legs.get(need), false)));
    }
    if (whole) {
      leg.leg().locks().forEach(lock -> because.add(lock(leg, lock)));
      leg.leg().services().forEach(service -> because.add(service(service)));
      leg.steps().stream().map(this::step).forEach(because::add);
      if (leg.decision() == Decision.RUN) {
        facts(leg).forEach(because::add);
      }
    }
    return new Because("leg", sentence(leg), because);
  }

  private static String sentence(PlannedLeg leg) {
    String name = "leg `%s` ".formatted(leg.leg().id());
    return switch (leg.decision()) {
      case RUN -> name + "would run now";
      case SKIP -> name + "would be skipped now: " + leg.why();
      case PLANNED -> name + "is planned, and wouldn't run now: " + leg.why();
    };
  }

  private Because decides(String toggle, String what) {
    return new Because(
        "toggle", "%s; %s=1 %s it".formatted(value(toggle), toggle, what), declared(toggle));
  }

  /** As {@code toggle X is `1` (environment)}. */
  private String value(String toggle) {
    ToggleValue value = plan.toggles().values().get(toggle);
    return value.value().isEmpty()
        ? "toggle %s isn't set".formatted(toggle)
        : shown("toggle %s is `%s` (%s)".formatted(toggle, value.value().get(), value.source()));
  }

  /** Without secrets, as long as they stand there as they are. */
  private String shown(String text) {
    return plan.toggles().secrets().shown(text);
  }

  private List<Because> declared(String toggle) {
    var declared = plan.definition().toggles().get(toggle);
    return declared == null
        ? List.of()
        : List.of(
            new Because(
                "declared",
                "declared at %s:%d"
                    .formatted(plan.definition().file(), declared.position().line())));
  }

  private Because lock(PlannedLeg leg, String lock) {
    List<String> others =
        plan.definition().legs().stream()
            .filter(it -> it.locks().contains(lock) && !it.id().equals(leg.leg().id()))
            .map(it -> "`" + it.id() + "`")
            .toList();
    return new Because(
        "lock",
        others.isEmpty()
            ? "it takes the lock `%s`, which no other leg takes".formatted(lock)
            : "it takes the lock `%s`, and never runs beside %s"
                .formatted(lock, String.join(", ", others)));
  }

  private Because service(String name) {
    Service service = plan.definition().services().get(name);
    String url = plan.toggles().endpoints().get(name);
    if (url != null) {
      return new Because(
          "service",
          "service `%s` is the one at %s, which %s names"
              .formatted(name, url, service.endpoint().orElse("its endpoint")));
    }
    String elsewhere = service.endpoint().map("; %s=URL names another"::formatted).orElse("");
    return new Because(
        "service",
        "service `%s` is started %s%s"
            .formatted(name, service.byTests() ? "by the tests" : "from the workspace", elsewhere));
  }

  private Because step(PlannedStep step) {
    List<Because> because = new ArrayList<>();
    step.waits()
        .forEach(toggle -> because.add(new Because("toggle", value(toggle), declared(toggle))));
    step.accelerator()
        .ifPresent(
            it -> because.add(new Because("accelerator", "its virtual machines run on " + it)));
    step.degraded()
        .ifPresent(why ->
            because.add(
                new Because(
                    "degraded",
                    "degraded: " + why,
                    new Because(
                        "effect",
                        step.degradedAsked()
                            ? "a toggle asks for that: PARTIAL, exit code 0"
                            : "nobody asked for that: PARTIAL, exit code 3"))));
    return new Because(
        step.off().isPresent() ? "off" : "step",
        shown(
            "step %d `%s`%s"
                .formatted(
                    step.number(), step.name(), step.off().map(" is off: "::concat).orElse(""))),
        because);
  }

  /** What the host has to do with it. */
  private List<Because> facts(PlannedLeg leg) {
    List<Because> because = new ArrayList<>();
    for (Fact fact : plan.facts()) {
      List<String> effect =
          effects.of(fact).stream().filter(it -> it.startsWith(leg.leg().id() + " ")).toList();
      if (!effect.isEmpty()) {
        List<Because> below = new ArrayList<>();
        effect.forEach(it -> below.add(new Because("effect", shown(it))));
        if (!fact.fix().isEmpty()) {
          below.add(new Because("do", "fix: " + fact.fix().replace("\n", " ")));
        }
        because.add(
            new Because(
                "fact",
                "the host's %s is %s: %s".formatted(fact.name(), fact.level(), fact.proof()),
                below));
      }
    }
    return because;
  }
}
