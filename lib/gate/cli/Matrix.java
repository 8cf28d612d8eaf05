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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;

/** The command line as a whole; by itself it is {@code run}. */
@Command(
    name = "matrix",
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
      "2:wrong usage, definition or host: nothing ran; or standard output can't be written",
      "3:PARTIAL that nobody asked for; with --strict any PARTIAL",
      "4:`gate`, `evidence promote` or `evidence verify` refuses",
      "70:a defect of the gate",
      "130:INTERRUPTED"
    })
public final class Matrix extends Answering {
  private static final SequencedMap<String, Class<? extends Answering>> BY_NAME =
      new LinkedHashMap<>();

  static {
    BY_NAME.put("run", RunCommand.class);
    BY_NAME.put("list", ListCommand.class);
    BY_NAME.put("plan", PlanCommand.class);
    BY_NAME.put("show", ShowCommand.class);
    BY_NAME.put("why", WhyCommand.class);
    BY_NAME.put("lint", LintCommand.class);
    BY_NAME.put("new", NewCommand.class);
    BY_NAME.put("schema", SchemaCommand.class);
    BY_NAME.put("doctor", DoctorCommand.class);
    BY_NAME.put("runs", RunsCommand.class);
    BY_NAME.put("report", ReportCommand.class);
    BY_NAME.put("merge", MergeCommand.class);
    BY_NAME.put("trace", TraceCommand.class);
    BY_NAME.put("evidence", EvidenceCommand.class);
    BY_NAME.put("gate", GateCommand.class);
    BY_NAME.put("export", ExportCommand.class);
    BY_NAME.put("clean", CleanCommand.class);
    BY_NAME.put("completion", CompletionCommand.class);
    BY_NAME.put("man", ManCommand.class);
    // else picocli loads all of Groovy, to look for closures where there are none
    System.setProperty("picocli.disable.closures", "true");
    // what libraries log, stack traces and all, tells a user nothing
    System.setProperty("java.util.logging.config.file", "/dev/null");
  }

  /** The commands' names, in the order of the help. */
  static final List<String> COMMANDS = List.copyOf(BY_NAME.keySet());

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
      return commandLine(world, named(arguments)).execute(arguments.toArray(String[]::new));
    } catch (OutOfMemoryError e) {
      world.err().println("matrix: the machine has no room for more: " + e.getMessage());
      return ExitCode.RED;
    } finally {
      world.out().flush();
      world.err().flush();
    }
  }

  /** Those that the arguments can lead to: to know all their options takes longer than most do. */
  private static List<String> named(List<String> arguments) {
    return arguments.stream().anyMatch(it -> it.startsWith("@")) // a file of arguments
        ? COMMANDS
        : COMMANDS.stream().filter(arguments::contains).toList();
  }

  /** All commands, bound to a world. */
  static CommandLine commandLine(World world) {
    return commandLine(world, COMMANDS);
  }

  private static CommandLine commandLine(World world, List<String> commands) {
    CommandLine line = new CommandLine(new Matrix(world), new Factory(world));
    commands.forEach(name -> line.addSubcommand(name, BY_NAME.get(name)));
    versioned(line);
    line.setOut(writer(world.out()));
    line.setErr(writer(world.err()));
    line.setUsageHelpWidth(Math.clamp(world.columns(), 60, 100));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(world.colours() ? Ansi.ON : Ansi.OFF));
    line.setAllowSubcommandsAsOptionParameters(true);
    line.setParameterExceptionHandler(new UsageErrors(world));
    line.setExecutionStrategy(parsed -> executed(world, parsed));
    line.setExecutionExceptionHandler((e, _, _) -> failed(world, e));
    return line;
  }

  private static void versioned(CommandLine line) {
    line.getCommandSpec().versionProvider(new Version());
    line.getSubcommands().values().forEach(Matrix::versioned);
  }

  /** What stands before a command would be lost without a word. */
  private static int executed(World world, CommandLine.ParseResult parsed) {
    if (parsed.hasSubcommand()
        && !parsed.expandedArgs().isEmpty()
        && !parsed.matchedArgs().isEmpty()) {
      throw new CommandLine.ParameterException(
          parsed.commandSpec().commandLine(),
          "what stands before `%s` belongs behind it"
              .formatted(parsed.subcommand().commandSpec().name()));
    }
    if (parsed.isUsageHelpRequested() && !parsed.hasSubcommand()) {
      commandLine(world).usage(world.out());
      return ExitCode.OK;
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
