package gate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion scripts, for `matrix` as a command or an alias of `./jbang matrix.java`. */
final class Completion {
  private Completion() {}

  static String script(CompletionCommand.Shell shell, CommandLine line) {
    return switch (shell) {
      case bash -> AutoComplete.bash("matrix", line);
      // picocli's script asks zsh to be bash, but only where zsh's own completion is loaded
      case zsh -> "autoload -Uz compinit && compinit -u\n" + AutoComplete.bash("matrix", line);
      case fish -> fish(line);
    };
  }

  /** Commands, options and the legs, which are asked for each time. */
  private static String fish(CommandLine line) {
    StringBuilder script =
        new StringBuilder("# fish completion of matrix\ncomplete -c matrix -f\n");
    Map<String, CommandLine> commands = new TreeMap<>(line.getSubcommands());
    String names = String.join(" ", commands.keySet());
    commands.forEach((name, command) ->
        script.append(
            "complete -c matrix -n 'not __fish_seen_subcommand_from %s' -a %s -d %s%n"
                .formatted(names, name, quote(description(command.getCommandSpec())))));
    script.append(
        "complete -c matrix -n 'not __fish_seen_subcommand_from %s; or __fish_seen_subcommand_from run plan show why' -a \"(matrix list 2>/dev/null | string replace -r ' .*' '')\"%n"
            .formatted(without(commands.keySet(), "run", "plan", "show", "why")));
    options(script, line.getCommandSpec(), "not __fish_seen_subcommand_from " + names);
    commands.forEach((name, command) -> {
      String seen = "__fish_seen_subcommand_from " + name;
      options(script, command.getCommandSpec(), seen);
      below(script, command, seen);
    });
    return script.toString();
  }

  /** The commands of a command. */
  private static void below(StringBuilder script, CommandLine command, String seen) {
    Map<String, CommandLine> commands = new TreeMap<>(command.getSubcommands());
    String names = String.join(" ", commands.keySet());
    commands.forEach((name, it) -> {
      script.append(
          "complete -c matrix -n '%s; and not __fish_seen_subcommand_from %s' -a %s -d %s%n"
              .formatted(seen, names, name, quote(description(it.getCommandSpec()))));
      options(script, it.getCommandSpec(), seen + "; and __fish_seen_subcommand_from " + name);
    });
  }

  private static String without(Iterable<String> names, String... some) {
    List<String> left = new ArrayList<>();
    names.forEach(left::add);
    left.removeAll(List.of(some));
    return String.join(" ", left);
  }

  private static void options(StringBuilder script, CommandSpec spec, String when) {
    for (OptionSpec option : spec.options()) {
      if (option.hidden()) {
        continue;
      }
      script.append("complete -c matrix -n ").append(quote(when));
      for (String name : option.names()) {
        script.append(
            name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
      }
      if (option.arity().max() > 0) {
        script.append(option.paramLabel().matches("<?(FILE|DIR)>?") ? " -r -F" : " -x");
      }
      script.append(" -d ").append(quote(String.join(" ", option.description()))).append('\n');
    }
  }

  private static String description(CommandSpec spec) {
    return String.join(" ", spec.usageMessage().description());
  }

  private static String quote(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
