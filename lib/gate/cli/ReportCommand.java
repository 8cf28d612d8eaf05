package gate.cli;

import gate.base.World;
import gate.journal.Entry;
import gate.report.Console;
import gate.report.CtrfJson;
import gate.report.JunitXml;
import gate.report.SummaryMd;
import gate.report.View;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints any report of a past run again, from its journal.")
final class ReportCommand extends Answering {
  /** What can be printed. */
  enum As {
    console,
    replay,
    junit,
    ctrf,
    markdown
  }

  @Mixin private Common common;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "The run's name or folder; by default the latest.")
  private String run;

  @Option(
      names = "--as",
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.",
      defaultValue = "console")
  private As as;

  ReportCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Path definition = Project.load(world(), common.file()).definition().folder();
    Path folder = Runs.find(definition, world().folder(), Optional.ofNullable(run));
    List<Entry> entries = Runs.entries(folder);
    switch (as) {
      case console -> Console.report(world(), folder, entries);
      case replay -> Console.replay(world(), folder, entries);
      case junit -> world().out().print(JunitXml.render(View.of(entries)));
      case ctrf -> world().out().print(CtrfJson.render(View.of(entries)));
      case markdown -> world().out().print(SummaryMd.render(View.of(entries)));
    }
    return ExitCode.OK;
  }
}
