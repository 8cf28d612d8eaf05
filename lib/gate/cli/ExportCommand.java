package gate.cli;

import gate.base.World;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code matrix export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints the plan as the jobs of a CI system; docs/ci has workflows that use it.",
    commandListHeading = "%nCommands:%n",
    subcommands = {ExportGithubCommand.class, ExportGitlabCommand.class})
final class ExportCommand extends Answering {
  @Spec private CommandSpec spec;

  ExportCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "`matrix export` needs a command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
