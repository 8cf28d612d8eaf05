package gate.cli;

import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The man page, in the language of man(7). */
final class ManPage {
  private ManPage() {}

  static String of(CommandLine line) {
    StringBuilder page = new StringBuilder();
    CommandSpec matrix = line.getCommandSpec();
    page.append(
        ".TH MATRIX 1 \"\" \"matrix %s\" \"Integration Matrix Gate\"%n".formatted(Version.GATE));
    page.append(".SH NAME\nmatrix \\- ").append(text(description(matrix))).append('\n');
    page.append(".SH SYNOPSIS\n");
    for (String synopsis : matrix.usageMessage().customSynopsis()) {
      page.append(".nf\n").append(text(synopsis.strip())).append("\n.fi\n");
    }
    page.append(".SH OPTIONS OF A RUN\n");
    arguments(page, matrix);
    page.append(".SH COMMANDS\n");
    commands(page, "matrix", line);
    page.append(".SH EXIT STATUS\n");
    matrix
        .usageMessage()
        .exitCodeList()
        .forEach((code, meaning) -> item(page, code.strip(), meaning));
    page.append(".SH ENVIRONMENT\n");
    item(page, "DRY_RUN", "Like --dry-run.");
    item(page, "LOG_DIR", "Like --log-dir.");
    item(page, "NO_COLOR, CI", "No colours; no live lines.");
    page.append(".PP\nThe other toggles are those of matrix.yaml; matrix plan shows them.\n");
    page.append(".SH FILES\n");
    item(page, "matrix.yaml, legs/", "What runs, and how.");
    item(page, ".cccc/work/integration-matrix/", "The runs.");
    item(
        page,
        "docs/evidence/, docs/allowed-signers",
        "The runs that are kept; whose signatures count.");
    item(page, ".cccc/work/results/", "junit.xml and ctrf.json of the latest whole run.");
    return page.toString();
  }

  private static void commands(StringBuilder page, String before, CommandLine line) {
    new TreeMap<>(line.getSubcommands())
        .forEach((name, command) -> {
          CommandSpec spec = command.getCommandSpec();
          String words = before + " " + name;
          page.append(".SS ").append(text(words)).append('\n');
          page.append(text(description(spec))).append('\n');
          if (!name.equals("run")) {
            arguments(page, spec);
          }
          commands(page, words, command);
        });
  }

  private static void arguments(StringBuilder page, CommandSpec command) {
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      item(page, parameter.paramLabel(), described(command, parameter.description()));
    }
    for (OptionSpec option : command.options()) {
      if (option.hidden()) {
        continue;
      }
      String names = String.join(", ", option.names());
      item(
          page,
          option.arity().max() > 0 ? names + " " + option.paramLabel() : names,
          described(command, option.description()));
    }
  }

  private static void item(StringBuilder page, String name, String meaning) {
    page.append(".TP\n.B ").append(text(name)).append('\n').append(text(meaning)).append('\n');
  }

  private static String described(CommandSpec command, String[] description) {
    return String.join(" ", description)
        .replace("${COMPLETION-CANDIDATES}", candidates(command))
        .replace("${DEFAULT-VALUE}", "console");
  }

  private static String candidates(CommandSpec command) {
    return command.name().equals("completion")
        ? "bash, zsh, fish"
        : "console, replay, junit, ctrf, markdown";
  }

  private static String description(CommandSpec spec) {
    return String.join(" ", spec.usageMessage().description());
  }

  /** Nothing in it is taken for a request or an escape. */
  private static String text(String text) {
    String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
