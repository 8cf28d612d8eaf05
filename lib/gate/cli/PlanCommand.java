package gate.cli;

import gate.base.World;
import gate.kernel.Environment;
import gate.kernel.HostRunner;
import gate.plan.Plan;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Plan.PlannedStep;
import gate.plan.ToggleValue;
import gate.plan.Toggles;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix plan}. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows what would run and why, the toggles with their sources, and the host.")
final class PlanCommand extends Answering {
  @Mixin private Common common;

  @Parameters(paramLabel = "LEG|GLOB", arity = "0..*", description = "The legs; by default all.")
  private List<String> legs = new ArrayList<>();

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  PlanCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Project project = Project.load(world(), common.file());
    Toggles toggles = project.toggles(common.set());
    Plan plan;
    try (HostRunner runner = new HostRunner(world())) {
      plan = project.plan(toggles, legs, runner);
    }
    if (json) {
      Map<String, Object> fields = fields(plan);
      fields.put("environment", Environment.telling(world(), toggles));
      fields.put("dropped", Environment.dropped(world(), toggles));
      printJson(toggles.secrets(), fields);
    } else {
      printLines(toggles.secrets(), out -> print(plan, out));
    }
    return ExitCode.OK;
  }

  private void print(Plan plan, PrintStream out) {
    out.println("Legs");
    for (PlannedLeg leg : plan.legs()) {
      out.printf(
          "  %-8s %s  %s%n",
          decision(leg), leg.leg().id(), leg.why().isEmpty() ? leg.leg().title() : leg.why());
      for (PlannedStep step : leg.steps()) {
        out.printf(
            "           %s %d %s%s%n",
            step.off().isPresent() ? "off" : "   ",
            step.number(),
            step.name(),
            step.off().or(step::degraded).map(" — "::concat).orElse(""));
      }
    }
    out.println("Toggles");
    for (ToggleValue toggle : plan.toggles().values().values()) {
      out.printf("  %-24s %-20s %s%n", toggle.name(), toggle.value().orElse("–"), toggle.source());
    }
    plan.toggles()
        .endpoints()
        .forEach((service, url) -> out.printf("  service %-16s %s%n", service, url));
    out.println("Workspaces");
    plan.workspaces().forEach((name, path) -> out.printf("  %-24s %s%n", name, path));
    out.println("Environment");
    Environment.telling(world(), plan.toggles())
        .forEach((name, value) -> out.printf("  %-24s %s%n", name, value));
    Environment.dropped(world(), plan.toggles())
        .forEach(name -> out.printf("  %-24s dropped: nothing that runs gets it%n", name));
    out.println("Host");
    Facts.print(plan.facts(), new Effects(plan)::of, "  ", out);
  }

  static String decision(PlannedLeg leg) {
    return leg.decision().name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> fields(Plan plan) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", plan.definition().name());
    fields.put("dry", plan.dry());
    fields.put("selected", plan.selected());
    fields.put("legs", plan.legs().stream().map(PlanCommand::leg).toList());
    fields.put(
        "toggles", plan.toggles().values().values().stream().map(PlanCommand::toggle).toList());
    fields.put("endpoints", plan.toggles().endpoints());
    Map<String, String> workspaces = new LinkedHashMap<>();
    plan.workspaces().forEach((name, path) -> workspaces.put(name, path.toString()));
    fields.put("workspaces", workspaces);
    Effects effects = new Effects(plan);
    fields.put(
        "host",
        plan.facts().stream()
            .map(fact -> {
              Map<String, Object> told = Facts.fields(fact);
              told.put("effects", effects.of(fact));
              return told;
            })
            .toList());
    return fields;
  }

  /** A leg's fields, as {@code show} has them too. */
  static Map<String, Object> leg(PlannedLeg leg) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("leg", leg.leg().id());
    fields.put("title", leg.leg().title());
    fields.put("decision", decision(leg));
    fields.put("why", leg.why());
    fields.put("needs", leg.needs());
    fields.put("steps", leg.steps().stream().map(PlanCommand::step).toList());
    return fields;
  }

  private static Map<String, Object> step(PlannedStep step) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", step.number());
    fields.put("name", step.name());
    fields.put("decision", step.off().isPresent() ? "off" : "run");
    fields.put("why", step.off().orElse(""));
    fields.put("accelerator", step.accelerator().orElse(null));
    fields.put("degraded", step.degraded().orElse(null));
    fields.put("waits", step.waits());
    fields.put("artifacts", step.artifacts());
    return fields;
  }

  private static Map<String, Object> toggle(ToggleValue toggle) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", toggle.name());
    fields.put("value", toggle.value().orElse(null));
    fields.put("source", toggle.source().toString());
    return fields;
  }
}
