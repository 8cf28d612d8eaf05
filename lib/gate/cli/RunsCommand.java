package gate.cli;

import gate.base.World;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import gate.plan.Refused;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code matrix runs}. */
@Command(
    name = "runs",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Lists past runs, the latest first.")
final class RunsCommand extends Answering {
  @Mixin private Common common;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  RunsCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Path folder = Project.load(world(), common.file()).definition().folder();
    List<Map<String, Object>> runs = new ArrayList<>();
    for (Path run : Runs.all(folder)) {
      runs.add(fields(run));
    }
    if (json) {
      world().out().println(Json.text(runs));
    } else {
      for (Map<String, Object> run : runs) {
        world()
            .out()
            .printf(
                "%-20s %-12s %-9s %s%n",
                run.get("run"), run.get("verdict"), run.get("marks"), run.get("summary"));
      }
      if (runs.isEmpty()) {
        world().err().println("no run yet");
      }
    }
    return ExitCode.OK;
  }

  private static Map<String, Object> fields(Path folder) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("run", folder.getFileName().toString());
    try {
      RunRecord run = RunRecord.of(Runs.entries(folder));
      Verdict verdict = Judge.replayed(run);
      fields.put("verdict", verdict.kind().name());
      fields.put("marks", run.started().selected().isEmpty() ? "" : "SELECTED");
      fields.put(
          "summary",
          verdict.reasons().isEmpty()
              ? run.legs().size() + " legs"
              : verdict.reasons().getFirst().lines().findFirst().orElse(""));
    } catch (Refused e) {
      fields.put("verdict", "UNREADABLE");
      fields.put("marks", "");
      fields.put("summary", e.getMessage());
    }
    fields.put("folder", folder.toString());
    return fields;
  }
}
