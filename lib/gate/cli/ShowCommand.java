package gate.cli;

import gate.base.Sizes;
import gate.base.World;
import gate.definition.Leg;
import gate.kernel.DryWalk;
import gate.plan.Plan;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Plan.PlannedStep;
import gate.plan.Toggles;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows one leg in full, with the commands of its steps.")
final class ShowCommand extends Answering {
  @Mixin private Common common;

  @Parameters(paramLabel = "LEG", description = "The leg.")
  private String leg;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  ShowCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Project project = Project.load(world(), common.file());
    Toggles toggles = project.toggles(common.set());
    Plan plan = project.plan(toggles, List.of(leg));
    if (json) {
      List<Map<String, Object>> legs = plan.legs().stream().map(it -> fields(plan, it)).toList();
      printJson(toggles.secrets(), legs);
    } else {
      printLines(toggles.secrets(), out -> plan.legs().forEach(it -> print(plan, it, out)));
    }
    return ExitCode.OK;
  }

  private static Map<String, Object> fields(Plan plan, PlannedLeg planned) {
    Map<String, Object> fields = new LinkedHashMap<>(PlanCommand.leg(planned));
    properties(plan, planned).forEach(fields::putIfAbsent);
    List<Map<String, Object>> commands = new ArrayList<>();
    for (DryWalk.Line line : DryWalk.of(plan, planned).lines()) {
      Map<String, Object> command = new LinkedHashMap<>();
      command.put("step", line.step());
      command.put("text", line.text());
      commands.add(command);
    }
    fields.put("commands", commands);
    return fields;
  }

  private static Map<String, Object> properties(Plan plan, PlannedLeg planned) {
    Leg leg = planned.leg();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("script", plan.definition().script(leg).toString());
    fields.put("declared", "%s:%d".formatted(plan.definition().file(), leg.position().line()));
    fields.put("covers", leg.covers());
    fields.put("needs", leg.needs());
    fields.put("services", leg.services());
    fields.put("timeout", leg.timeout().toString().substring(2).toLowerCase(java.util.Locale.ROOT));
    fields.put("retries", leg.retries());
    fields.put("cpus", leg.cpus());
    fields.put("memory", leg.memory().map(Sizes::gib).orElse(null));
    fields.put("locks", leg.locks());
    fields.put("skip", leg.skip().orElse(null));
    fields.put("planned", leg.planned().orElse(null));
    fields.put("env", leg.env());
    fields.put("axes", leg.axes());
    fields.put("allow", leg.allow());
    return fields;
  }

  private static void print(Plan plan, PlannedLeg leg, PrintStream out) {
    out.printf("%s  %s%n", leg.leg().id(), leg.leg().title());
    out.printf(
        "  %-9s %s%s%n",
        "decision", PlanCommand.decision(leg), leg.why().isEmpty() ? "" : ": " + leg.why());
    properties(plan, leg)
        .forEach((name, value) -> {
          String text = value == null ? "" : value.toString();
          if (!text.isEmpty() && !text.equals("[]") && !text.equals("{}")) {
            out.printf("  %-9s %s%n", name, text);
          }
        });
    List<DryWalk.Line> lines = DryWalk.of(plan, leg).lines();
    lines.stream().filter(it -> it.step() == 0).forEach(it -> out.println("    " + it.text()));
    for (PlannedStep step : leg.steps()) {
      out.printf(
          "  %d %s%s%n", step.number(), step.name(), step.off().map(" — off: "::concat).orElse(""));
      lines.stream()
          .filter(it -> it.step() == step.number())
          .forEach(it -> out.println("    " + it.text()));
    }
  }
}
