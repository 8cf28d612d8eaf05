package gate.cli;

import gate.base.World;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code matrix evidence}. */
@Command(
    name = "evidence",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Keeps runs in the repository, checks them, and quotes them.",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      PromoteCommand.class,
      VerifyCommand.class,
      NotesCommand.class,
      EvidenceListCommand.class,
      PruneCommand.class
    })
final class EvidenceCommand extends Answering {
  @Spec private CommandSpec spec;

  EvidenceCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "`matrix evidence` needs a command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
