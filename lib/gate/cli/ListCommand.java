package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.definition.Definition;
import gate.definition.Leg;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code matrix list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Lists the legs; reads no toggles, compiles nothing.")
final class ListCommand extends Answering {
  @Mixin private Common common;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  ListCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Definition definition = Project.load(world(), common.file()).definition();
    if (json) {
      world()
          .out()
          .println(Json.text(definition.legs().stream().map(ListCommand::fields).toList()));
      return ExitCode.OK;
    }
    int width = definition.legs().stream().mapToInt(leg -> leg.id().length()).max().orElse(0);
    for (Leg leg : definition.legs()) {
      List<String> notes = new ArrayList<>();
      leg.planned().ifPresent(toggle -> notes.add("planned: " + toggle));
      leg.skip().ifPresent(toggle -> notes.add("skip: " + toggle));
      String line =
          "%s  %s%s"
              .formatted(
                  leg.id() + " ".repeat(width - leg.id().length()),
                  leg.title(),
                  notes.isEmpty() ? "" : "  (" + String.join(", ", notes) + ")");
      world().out().println(Shown.line(line));
    }
    return ExitCode.OK;
  }

  private static Map<String, Object> fields(Leg leg) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("leg", leg.id());
    fields.put("title", leg.title());
    fields.put("covers", leg.covers());
    fields.put("needs", leg.needs());
    fields.put("services", leg.services());
    fields.put("skip", leg.skip().orElse(null));
    fields.put("planned", leg.planned().orElse(null));
    fields.put("axes", leg.axes());
    return fields;
  }
}
