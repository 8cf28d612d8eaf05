package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.evidence.Kept;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code matrix evidence list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Lists the runs that are kept, the latest first, without checking them.")
final class EvidenceListCommand extends Answering {
  @Mixin private Common common;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  EvidenceListCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Path definition = Project.load(world(), common.file()).definition().folder();
    List<Map<String, Object>> kept = Kept.all(definition).stream().map(this::fields).toList();
    if (json) {
      world().out().println(Json.text(kept));
    } else {
      kept.forEach(it ->
          world()
              .out()
              .println(Shown.line("%s  %s".formatted(it.get("evidence"), it.get("told")))));
      if (kept.isEmpty()) {
        world().err().println("no run is kept yet; `matrix evidence promote` keeps one");
      }
    }
    return ExitCode.OK;
  }

  private Map<String, Object> fields(Path folder) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("evidence", folder.getFileName().toString());
    fields.put("told", Kept.told(folder));
    fields.put("folder", folder.toString());
    return fields;
  }
}
