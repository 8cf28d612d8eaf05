package gate.cli;

import gate.base.Reason;
import gate.base.World;
import gate.definition.Definition;
import gate.journal.Entry;
import gate.plan.Refused;
import gate.report.Console;
import gate.report.CtrfJson;
import gate.report.JunitXml;
import gate.report.Logs;
import gate.report.Page;
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
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
  private static final Duration FIRST_ENTRY = Duration.ofSeconds(10);

  /** What can be printed. */
  enum As {
    console,
    replay,
    junit,
    ctrf,
    markdown,
    html
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
      description =
          "Writes report.html, junit.xml, ctrf.json and summary.md into that folder as well.")
  private Path to;

  @Option(
      names = "--serve",
      description =
          "Serves the page and its logs on this machine until Ctrl-C; live while it runs.")
  private boolean serve;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port for --serve; by default any that is free.")
  private Integer port;

  ReportCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Definition definition = Project.load(world(), common.file()).definition();
    Path folder = Runs.find(definition.folder(), world().folder(), Optional.ofNullable(run));
    if (serve) {
      return serve(new LivePage(folder, new LastGreen(definition), world().clock()), folder);
    }
    List<Entry> entries = Runs.entries(folder);
    if (port != null) {
      throw new Refused("--port is for --serve; leave it out, or add --serve");
    }
    if (to != null && to.toString().isEmpty()) {
      throw new Refused("--to names no folder; leave it out, or say which");
    }
    View view = View.of(entries);
    if (to != null || as == As.html) {
      view = view.since(new LastGreen(definition).since(view.run()));
    }
    if (to != null) {
      Path there = world().folder().resolve(to);
      write(there, view, Logs.from(there, folder));
    }
    print(folder, entries, view);
    return ExitCode.OK;
  }

  private int serve(LivePage page, Path folder) {
    if (to != null || as != As.console) {
      throw new Refused("--serve serves the page alone; leave out --as and --to");
    }
    if (port != null) {
      Bounds.PORT.check(port);
    }
    CountDownLatch end = new CountDownLatch(1);
    page.await(FIRST_ENTRY);
    Signals.handled("INT", end::countDown);
    try (PageServer server =
        PageServer.start(page, InetAddress.getLoopbackAddress(), port == null ? 0 : port)) {
      world().out().println(server.url());
      world().out().flush();
      world()
          .err()
          .println(
              "serving %s until Ctrl-C; whoever on this machine has the address can read its logs"
                  .formatted(folder));
      end.await();
      return ExitCode.OK;
    } catch (InterruptedException e) {
      return ExitCode.OK;
    }
  }

  private void print(Path folder, List<Entry> entries, View view) {
    switch (as) {
      case console -> Console.report(world(), folder, entries);
      case replay -> Console.replay(world(), folder, entries);
      case junit -> print(out -> JunitXml.write(view, out));
      case ctrf -> print(out -> CtrfJson.write(view, out));
      case markdown -> world().out().print(SummaryMd.render(view));
      case html -> print(out -> Page.write(view, Logs.in(folder), out));
    }
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

  private static void write(Path folder, View view, Logs logs) {
    try {
      Files.createDirectories(folder);
      Projections.write(folder, view, logs);
    } catch (IOException e) {
      throw new Refused("--to %s can't be made: %s".formatted(folder, Reason.of(e)));
    } catch (ProjectionFailed e) {
      throw new Refused(e.getMessage());
    }
  }
}
