package gate.cli;

import gate.base.World;
import picocli.CommandLine.Command;

/** {@code matrix man}. */
@Command(
    name = "man",
    mixinStandardHelpOptions = true,
    description = "Prints the man page: `matrix man | man -l -`.")
final class ManCommand extends Answering {
  ManCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    world().out().print(ManPage.of(Matrix.commandLine(world())));
    return ExitCode.OK;
  }
}
