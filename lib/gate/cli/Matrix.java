package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.evidence.EvidenceRefused;
import gate.journal.JournalFailed;
import gate.plan.Refused;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;

/** The command line as a whole; by itself it is {@code run}. */
@Command(
    name = "matrix",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs the legs of an integration matrix, and says what came of it.",
    customSynopsis = {"matrix [run] [OPTION…] [LEG|GLOB…]", "       matrix COMMAND [OPTION…] …"},
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions of a run:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:GREEN; PARTIAL because a toggle said so; DRY",
      "1:RED; `doctor` found it not as asked; `clean` couldn't clear something",
      "2:wrong usage, definition or host: nothing ran",
      "3:PARTIAL that nobody asked for; with --strict any PARTIAL",
      "4:`gate`, `evidence promote` or `evidence verify` refuses",
      "70:a defect of the gate",
      "130:INTERRUPTED"
    },
    subcommands = {
      RunCommand.class,
      ListCommand.class,
      PlanCommand.class,
      ShowCommand.class,
      WhyCommand.class,
      LintCommand.class,
      NewCommand.class,
      SchemaCommand.class,
      DoctorCommand.class,
      RunsCommand.class,
      ReportCommand.class,
      MergeCommand.class,
      TraceCommand.class,
      EvidenceCommand.class,
      GateCommand.class,
      ExportCommand.class,
      CleanCommand.class,
      CompletionCommand.class,
      ManCommand.class
    })
public final class Matrix extends Answering {
  /** The commands' names. */
  static final List<String> COMMANDS =
      List.of(
          "run",
          "list",
          "plan",
          "show",
          "why",
          "lint",
          "new",
          "schema",
          "doctor",
          "runs",
          "report",
          "merge",
          "trace",
          "evidence",
          "gate",
          "export",
          "clean",
          "completion",
          "man");

  @Mixin private RunOptions options;

  Matrix(World world) {
    super(world);
  }

  /**
   * Does what the arguments say.
   *
   * @return the exit code
   */
  public static int run(World world, List<String> arguments) {
    try {
      return commandLine(world).execute(arguments.toArray(String[]::new));
    } catch (OutOfMemoryError e) {
      world.err().println("matrix: the machine has no room for more: " + e.getMessage());
      return ExitCode.RED;
    } finally {
      world.out().flush();
      world.err().flush();
    }
  }

  /** The commands, bound to a world. */
  static CommandLine commandLine(World world) {
    CommandLine line = new CommandLine(new Matrix(world), new Factory(world));
    line.setOut(writer(world.out()));
    line.setErr(writer(world.err()));
    line.setUsageHelpWidth(Math.clamp(world.columns(), 60, 100));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(world.colours() ? Ansi.ON : Ansi.OFF));
    line.setAllowSubcommandsAsOptionParameters(true);
    line.setParameterExceptionHandler(new UsageErrors(world));
    line.setExecutionStrategy(Matrix::executed);
    line.setExecutionExceptionHandler((e, _, _) -> failed(world, e));
    return line;
  }

  /** What stands before a command would be lost without a word. */
  private static int executed(CommandLine.ParseResult parsed) {
    if (parsed.hasSubcommand()
        && !parsed.expandedArgs().isEmpty()
        && !parsed.matchedArgs().isEmpty()) {
      throw new CommandLine.ParameterException(
          parsed.commandSpec().commandLine(),
          "what stands before `%s` belongs behind it"
              .formatted(parsed.subcommand().commandSpec().name()));
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  private static int failed(World world, Exception e) {
    switch (e) {
      case Refused refused -> {
        refused.messages().forEach(world.err()::println);
        return ExitCode.REFUSED;
      }
      case EvidenceRefused refused -> {
        refused.messages().forEach(it -> world.err().println(Shown.line(it)));
        return ExitCode.NOT_ALLOWED;
      }
      case JournalFailed failed -> {
        world.err().println("matrix: " + failed.getMessage());
        return ExitCode.RED;
      }
      default -> {
        world.err().println("matrix: a defect of the gate; please report this:");
        e.printStackTrace(world.err());
        return ExitCode.DEFECT;
      }
    }
  }

  @Override
  public Integer call() {
    return options.watch() ? new Watch(world(), options).run() : new Run(world(), options).call();
  }

  /** Hands the world to the commands. */
  private record Factory(World world) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      return Answering.class.isAssignableFrom(type)
          ? type.getDeclaredConstructor(World.class).newInstance(world)
          : CommandLine.defaultFactory().create(type);
    }
  }
}
