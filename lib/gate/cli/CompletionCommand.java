package gate.cli;

import gate.base.World;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code matrix completion}. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints a completion script for a shell.")
final class CompletionCommand extends Answering {
  /** The shells. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  private Shell shell;

  CompletionCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    world().out().print(Completion.script(shell, Matrix.commandLine(world())));
    return ExitCode.OK;
  }
}
