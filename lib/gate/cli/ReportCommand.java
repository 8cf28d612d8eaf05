package gate.cli;

import gate.base.Reason;
import gate.base.World;
import gate.journal.Entry;
import gate.plan.Refused;
import gate.report.Console;
import gate.report.CtrfJson;
import gate.report.JunitXml;
import gate.report.ProjectionFailed;
import gate.report.Projections;
import gate.report.SummaryMd;
import gate.report.View;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
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

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Writes junit.xml, ctrf.json and summary.md into that folder as well.")
  private Path to;

  ReportCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Path definition = Project.load(world(), common.file()).definition().folder();
    Path folder = Runs.find(definition, world().folder(), Optional.ofNullable(run));
    List<Entry> entries = Runs.entries(folder);
    if (to != null) {
      write(world().folder().resolve(to), entries);
    }
    switch (as) {
      case console -> Console.report(world(), folder, entries);
      case replay -> Console.replay(world(), folder, entries);
      case junit -> print(out -> JunitXml.write(View.of(entries), out));
      case ctrf -> print(out -> CtrfJson.write(View.of(entries), out));
      case markdown -> world().out().print(SummaryMd.render(View.of(entries)));
    }
    return ExitCode.OK;
  }

  private interface Content {
    void write(Writer to) throws IOException;
  }

  private void print(Content content) {
    PrintStream out = world().out();
    Writer to = new BufferedWriter(new OutputStreamWriter(out, out.charset()));
    try {
      content.write(to);
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a PrintStream throws none
    }
  }

  private static void write(Path folder, List<Entry> entries) {
    try {
      Files.createDirectories(folder);
      Projections.write(folder, entries);
    } catch (IOException e) {
      throw new Refused("--to %s can't be made: %s".formatted(folder, Reason.of(e)));
    } catch (ProjectionFailed e) {
      throw new Refused(e.getMessage());
    }
  }
}
