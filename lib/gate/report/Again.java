package gate.report;

import gate.base.Commands;
import gate.journal.Event.RunStarted;
import gate.journal.Event.ToggleValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Commands that do it again, with the toggles that were set. */
final class Again {
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
    return Paste.of(Commands.line(env, argv));
  }

  /** A folder that holds a run's journal is refused to the next. */
  private static boolean ownFolder(String toggle) {
    return toggle.equals("LOG_DIR");
  }
}
