package gate.kernel.cargo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What libtest prints of failed tests after all of them: a block {@code ---- NAME stdout ----}
 * each. A help for people, never evidence.
 */
final class Captured {
  private static final Pattern HEADER = Pattern.compile("---- (.+) stdout ----");
  private static final int MOST_CHARACTERS = 16_000;
  private static final int MOST_LINES = 12;

  private Captured() {}

  /** The blocks by name. */
  static Map<String, String> blocks(String output) {
    Map<String, String> blocks = new LinkedHashMap<>();
    String name = null;
    StringBuilder block = new StringBuilder();
    for (String line : output.lines().toList()) {
      Matcher header = HEADER.matcher(line);
      boolean ends = line.equals("failures:") || line.startsWith("test result: ");
      if (header.matches() || ends) {
        if (name != null) {
          blocks.put(name, block.toString().strip());
        }
        name = ends ? null : header.group(1);
        block.setLength(0);
      } else if (name != null && block.length() < MOST_CHARACTERS) {
        block.append(line).append('\n');
      }
    }
    if (name != null) {
      blocks.put(name, block.toString().strip());
    }
    return blocks;
  }

  /** The part of a block that says why: from the panic on, without the stack. */
  static String message(String block) {
    StringBuilder message = new StringBuilder();
    boolean panic = false;
    int lines = 0;
    for (String line : block.lines().toList()) {
      panic |= line.contains("panicked at ") || line.startsWith("Error: ");
      if (panic
          && (line.startsWith("stack backtrace:")
              || line.startsWith("note: ")
              || lines == MOST_LINES)) {
        break;
      }
      if (panic) {
        message.append(message.isEmpty() ? "" : "\n").append(line);
        lines++;
      }
    }
    return message.isEmpty()
        ? block.lines().reduce((_, last) -> last).orElse("")
        : message.toString().strip();
  }
}
