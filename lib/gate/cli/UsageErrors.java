package gate.cli;

import gate.base.Names;
import gate.base.Shown;
import gate.base.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in a sentence what is wrong with the arguments. */
record UsageErrors(World world) implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    world.err().printf("%s; `%s --help` shows what there is%n", message(e, command), name);
    return ExitCode.REFUSED;
  }

  private static String message(ParameterException e, CommandLine command) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      List<String> known = new ArrayList<>(command.getCommandSpec().optionsMap().keySet());
      known.addAll(
          command.getParent() == null ? Matrix.COMMANDS : command.getSubcommands().keySet());
      Optional<String> nearest = Names.nearest(word, known);
      return "there is no %s %s%s"
          .formatted(
              word.startsWith("-") ? "option" : "argument",
              Shown.value(word),
              nearest.map("; did you mean `%s`?"::formatted).orElse(""));
    }
    if (e.getArgSpec() instanceof OptionSpec option && e.getValue() != null) {
      Optional<Bounds> bounds = Bounds.of(option);
      if (bounds.isPresent()) {
        return bounds.get().outside(e.getValue());
      }
    }
    return Shown.line(e.getMessage().replaceAll("\\s+", " "));
  }
}
