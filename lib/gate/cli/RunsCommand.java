package gate.cli;

import gate.base.Reason;
import gate.base.Shown;
import gate.base.World;
import gate.definition.Definition;
import gate.journal.Entry;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.Verdict;
import gate.kernel.GateProcess;
import gate.kernel.RunFolder;
import gate.plan.Refused;
import gate.report.Amounts;
import gate.report.History;
import gate.report.ProjectionFailed;
import gate.report.Projections;
import gate.report.Tally;
import java.io.IOException;
import java.nio.file.Files;
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

  @Option(
      names = "--cases",
      description = "Tells what turned red and on which commit, what is flaky, and what is slow.")
  private boolean cases;

  @Option(
      names = "--html",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "FILE",
      description =
          "Writes all that as a page with plots, and prints where;"
              + " by default index.html among the runs.")
  private Path html;

  RunsCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Definition definition = Project.load(world(), common.file()).definition();
    if (html != null) {
      world().out().println(page(definition));
    } else if (cases) {
      cases(PastRuns.of(definition, definition.folder()));
    } else {
      list(Runs.all(definition.folder()));
    }
    return ExitCode.OK;
  }

  private Path page(Definition definition) {
    if (json || cases) {
      throw new Refused("--html writes a page; leave out --json and --cases");
    }
    Path file =
        html.toString().isEmpty()
            ? definition.folder().resolve(RunFolder.RUNS).resolve("index.html")
            : world().folder().resolve(html);
    Path folder = file.toAbsolutePath().normalize().getParent();
    History history = PastRuns.of(definition, folder);
    if (history.runs().isEmpty()) {
      throw new Refused("there is no run yet in " + definition.folder().resolve(RunFolder.RUNS));
    }
    try {
      Files.createDirectories(folder);
      Projections.write(file.toAbsolutePath().normalize(), definition.name(), history);
      return file;
    } catch (IOException e) {
      throw new Refused("--html %s can't be written: %s".formatted(file, Reason.of(e)));
    } catch (ProjectionFailed e) {
      throw new Refused(e.getMessage());
    }
  }

  private void cases(History history) {
    CaseHistory told = new CaseHistory(history);
    if (json) {
      world().out().println(Json.text(told.fields()));
    } else {
      told.lines().forEach(it -> world().out().println(Shown.line(it)));
    }
  }

  private void list(List<Path> folders) {
    List<Map<String, Object>> runs = new ArrayList<>();
    folders.forEach(it -> runs.add(fields(it)));
    if (json) {
      world().out().println(Json.text(runs));
      return;
    }
    for (Map<String, Object> run : runs) {
      String line =
          "%-20s %-12s %-11s %9s  %s"
              .formatted(
                  run.get("run"),
                  run.get("verdict"),
                  run.get("marks"),
                  run.containsKey("millis") ? Amounts.time((Long) run.get("millis")) : "",
                  run.get("summary"));
      world().out().println(Shown.line(line));
    }
    if (runs.isEmpty()) {
      world().err().println("no run yet");
    }
  }

  private static String marks(RunRecord run) {
    return run.mark().isEmpty() && !run.merged().isEmpty() ? "MERGED" : run.mark();
  }

  private static Map<String, Object> fields(Path folder) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("run", folder.getFileName().toString());
    try {
      List<Entry> entries = Runs.entries(folder);
      RunRecord run = RunRecord.of(entries);
      Verdict verdict = Judge.replayed(run);
      boolean runs = run.finished().isEmpty() && GateProcess.living(entries).isPresent();
      fields.put("verdict", runs ? "RUNNING" : verdict.kind().name());
      fields.put("marks", marks(run));
      fields.put("summary", runs ? outcomes(run) : summary(run, verdict));
      fields.put("at", run.at().toString());
      fields.put("commit", run.started().commit());
      fields.put("dirty", run.started().dirty());
      fields.put("millis", run.millis());
      fields.put("legs", run.legs().stream().map(leg -> fields(run, leg)).toList());
    } catch (Refused e) {
      fields.put("verdict", "UNREADABLE");
      fields.put("marks", "");
      fields.put("summary", e.getMessage());
    }
    fields.put("folder", folder.toString());
    return fields;
  }

  private static String summary(RunRecord run, Verdict verdict) {
    return verdict.reasons().isEmpty()
        ? outcomes(run)
        : outcomes(run) + ": " + verdict.reasons().getFirst().lines().findFirst().orElse("");
  }

  private static String outcomes(RunRecord run) {
    return "legs " + Tally.legs(run);
  }

  private static Map<String, Object> fields(RunRecord run, LegRecord leg) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("leg", leg.plan().leg());
    fields.put("outcome", Tally.word(run, leg));
    fields.put("millis", leg.millis());
    fields.put("attempts", leg.attempts().size());
    return fields;
  }
}
