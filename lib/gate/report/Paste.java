package gate.report;

import gate.base.Shown;

/** Commands in one line that a person can paste, and that holds nothing a terminal would obey. */
final class Paste {
  private Paste() {}

  /** The command as it is, or where it holds what can't be shown, in words that bash takes back. */
  static String of(String command) {
    if (Shown.line(command).equals(command)) {
      return command;
    }
    StringBuilder text = new StringBuilder("eval $'");
    command
        .codePoints()
        .forEach(point -> {
          String shown = Character.toString(point);
          if (point == '\'' || point == '\\') {
            text.append('\\').appendCodePoint(point);
          } else if (point == '\n') {
            text.append("\\n");
          } else if (point == '#') {
            text.append("\\x23"); // two of them may begin a command to GitHub
          } else if (Shown.line(shown).equals(shown)) {
            text.append(shown);
          } else {
            text.append(String.format(point < 0x80 ? "\\x%02x" : "\\U%08x", point));
          }
        });
    return text.append('\'').toString();
  }
}
