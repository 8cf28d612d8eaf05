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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
                "%-20s %-12s %-11s %s%n",
                run.get("run"), run.get("verdict"), run.get("marks"), run.get("summary"));
      }
      if (runs.isEmpty()) {
        world().err().println("no run yet");
      }
    }
    return ExitCode.OK;
  }

  private static String marks(RunRecord run) {
    return run.part()
        .map(part -> part.label().toUpperCase(Locale.ROOT))
        .or(() -> Optional.of("SELECTED").filter(_ -> !run.started().selected().isEmpty()))
        .or(() -> Optional.of("MERGED").filter(_ -> !run.merged().isEmpty()))
        .orElse("");
  }

  private static Map<String, Object> fields(Path folder) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("run", folder.getFileName().toString());
    try {
      RunRecord run = RunRecord.of(Runs.entries(folder));
      Verdict verdict = Judge.replayed(run);
      fields.put("verdict", verdict.kind().name());
      fields.put("marks", marks(run));
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
