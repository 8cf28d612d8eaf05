package gate.report;

import gate.base.Commands;
import gate.base.Subcommands;
import gate.journal.Event.HostFact;
import gate.journal.Event.RunStarted;
import gate.journal.Event.ToggleValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands that do it again, with the toggles and the endpoints that were set. */
final class Again {
  private static final Pattern SECRET = Pattern.compile("\\[secret ([A-Za-z_][A-Za-z0-9_]*)]");

  private Again() {}

  /** Runs one leg as it was run. */
  static String leg(RunStarted run, String leg) {
    return matrix(run, List.of(leg));
  }

  /** Runs these legs as they were run. */
  static String legs(RunStarted run, List<String> legs) {
    return matrix(run, legs);
  }

  /** Runs the same legs as they were run. */
  static String all(RunStarted run) {
    return matrix(run, run.selected());
  }

  /** Goes on with it. It takes what was said on its command line from its journal. */
  static String resumed(RunStarted run, Path folder) {
    return matrix(run, List.of("--resume", folder.toString()), false);
  }

  private static String matrix(RunStarted run, List<String> words) {
    return matrix(run, words, true);
  }

  private static String matrix(RunStarted run, List<String> words, boolean anew) {
    Map<String, String> env = new LinkedHashMap<>();
    List<String> argv = new ArrayList<>(List.of("./jbang", "matrix.java"));
    argv.addAll(Subcommands.before(words));
    argv.addAll(words);
    if (run.command().stream().anyMatch(it -> it.equals("-f") || it.startsWith("--file"))) {
      argv.addAll(List.of("-f", run.definition()));
    }
    for (ToggleValue toggle : run.toggles()) {
      if (ownFolder(toggle.name())) {
        continue;
      }
      switch (toggle.source()) {
        case "environment" -> env.put(toggle.name(), toggle.value());
        case "--set" -> {
          if (anew) {
            argv.addAll(List.of("--set", toggle.name() + "=" + toggle.value()));
          }
        }
        default -> {}
      }
    }
    for (HostFact fact : run.facts()) {
      String variable = fact.details().getOrDefault("variable", "");
      String url = fact.details().getOrDefault("endpoint", "");
      if (variable.isEmpty() || url.isEmpty()) {
        continue;
      }
      if (run.command().stream().noneMatch(it -> it.startsWith(variable + "="))) {
        env.put(variable, url);
      } else if (anew) {
        argv.addAll(List.of("--set", variable + "=" + url));
      }
    }
    StringJoiner line = new StringJoiner(" ");
    env.forEach((name, value) -> line.add(name + "=" + word(value)));
    argv.forEach(it -> line.add(word(it)));
    return Paste.of(line.toString());
  }

  /** A word for a shell, which puts in what a secret's name stands for. */
  private static String word(String text) {
    Matcher secret = SECRET.matcher(text);
    StringBuilder word = new StringBuilder();
    int end = 0;
    while (secret.find()) {
      word.append(quoted(text.substring(end, secret.start())));
      word.append("\"$").append(secret.group(1)).append('"');
      end = secret.end();
    }
    return end == 0 ? Commands.quote(text) : word.append(quoted(text.substring(end))).toString();
  }

  private static String quoted(String text) {
    return text.isEmpty() ? "" : Commands.quote(text);
  }

  /** A folder that holds a run's journal is refused to the next. */
  private static boolean ownFolder(String toggle) {
    return toggle.equals("LOG_DIR");
  }
}
