package gate.cli;

import gate.base.World;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code matrix run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs all legs, or those that are named; the default command.")
final class RunCommand extends Answering {
  @Mixin private RunOptions options;

  RunCommand(World world) {
    super(world);
  }

  RunOptions options() {
    return options;
  }

  @Override
  public Integer call() {
    return options.watch() ? new Watch(world(), options).run() : new Run(world(), options).call();
  }
}
