package gate.cli;

import gate.base.World;
import gate.definition.Schema;
import picocli.CommandLine.Command;

/** {@code matrix schema}. */
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    description = "Prints the JSON Schema of matrix.yaml.")
final class SchemaCommand extends Answering {
  SchemaCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    world().out().print(Schema.json());
    return ExitCode.OK;
  }
}
