package gate.cli;

import gate.base.Reason;
import gate.base.World;
import gate.journal.Entry;
import gate.plan.Refused;
import gate.report.ProjectionFailed;
import gate.report.Projections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix trace}. */
@Command(
    name = "trace",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes a past run as traces, from its journal: one for Perfetto (ui.perfetto.dev), one for"
            + " OpenTelemetry.")
final class TraceCommand extends Answering {
  /** Only kept runs hold one. */
  private static final String KEPT = "evidence.json";

  @Mixin private Common common;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "The run's name or folder; by default the latest.")
  private String run;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "The folder for the files; by default the run's.")
  private Path to;

  TraceCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Path definition = Project.load(world(), common.file()).definition().folder();
    Path folder = Runs.find(definition, world().folder(), Optional.ofNullable(run));
    List<Entry> entries = Runs.entries(folder);
    try {
      Projections.traces(target(folder), entries).forEach(world().out()::println);
    } catch (ProjectionFailed e) {
      throw new Refused(e.getMessage());
    }
    return ExitCode.OK;
  }

  private Path target(Path folder) {
    if (to == null) {
      if (Files.exists(folder.resolve(KEPT))) {
        throw new Refused(
            "%s is kept as evidence, to which nothing is added; say where with --to DIR"
                .formatted(folder));
      }
      return folder;
    }
    if (to.toString().isEmpty()) {
      throw new Refused("--to names no folder; leave it out for the run's own");
    }
    Path target = world().folder().resolve(to).normalize();
    try {
      return Files.createDirectories(target);
    } catch (IOException e) {
      throw new Refused("--to %s can't be made: %s".formatted(target, Reason.of(e)));
    }
  }
}
