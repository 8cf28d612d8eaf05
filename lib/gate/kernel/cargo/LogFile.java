package gate.kernel.cargo;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What libtest writes with {@code --logfile}: a line {@code STATUS NAME} each, where the status may
 * have a message with blanks and line feeds in it.
 */
final class LogFile {
  private LogFile() {}

  /** What a log file says. */
  record Said(Map<String, Case.Outcome> outcomes, Map<String, String> messages) {}

  /**
   * Reads it.
   *
   * @param names the names that may stand in it
   * @throws Failed where it says something of another test, or twice of one, or nothing that makes
   *     sense
   */
  static Said parse(String text, Set<String> names, String binary) throws Failed {
    Map<String, Case.Outcome> outcomes = new LinkedHashMap<>();
    Map<String, String> messages = new LinkedHashMap<>();
    List<String> longestFirst =
        names.stream().sorted(Comparator.comparing(String::length).reversed()).toList();
    String pending = "";
    for (String line : text.lines().toList()) {
      String entry = pending.isEmpty() ? line : pending + "\n" + line;
      Optional<String> name = name(entry, longestFirst, names);
      Optional<Case.Outcome> outcome =
          name.flatMap(it -> outcome(entry.substring(0, entry.length() - it.length() - 1)));
      if (outcome.isEmpty()) {
        pending = entry;
        continue;
      }
      pending = "";
      if (outcomes.put(name.get(), outcome.get()) != null) {
        throw Failed.tests(
            "%s: the log of outcomes has `%s` twice: something wrote to it that isn't libtest"
                .formatted(binary, name.get()));
      }
      messages.put(
          name.get(), message(entry.substring(0, entry.length() - name.get().length() - 1)));
    }
    if (!pending.isEmpty()) {
      throw Failed.tests(
          "%s: the log of outcomes has a line that names no listed test: `%s`"
              .formatted(binary, pending.lines().findFirst().orElse("")));
    }
    return new Said(outcomes, messages);
  }

  private static Optional<String> name(String entry, List<String> longestFirst, Set<String> names) {
    int blank = entry.indexOf(' ');
    if (blank > 0 && names.contains(entry.substring(blank + 1))) {
      return Optional.of(entry.substring(blank + 1));
    }
    return longestFirst.stream().filter(name -> entry.endsWith(" " + name)).findFirst();
  }

  private static Optional<Case.Outcome> outcome(String status) {
    if (status.equals("ok")) {
      return Optional.of(Case.Outcome.PASSED);
    }
    if (status.equals("failed") || status.startsWith("failed: ") || status.startsWith("failed (")) {
      return Optional.of(Case.Outcome.FAILED);
    }
    if (status.equals("ignored") || status.startsWith("ignored: ")) {
      return Optional.of(Case.Outcome.IGNORED);
    }
    return status.startsWith("bench") ? Optional.of(Case.Outcome.PASSED) : Optional.empty();
  }

  private static String message(String status) {
    return status.startsWith("failed: ") ? status.substring("failed: ".length()) : "";
  }
}
