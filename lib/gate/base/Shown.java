package gate.base;

import java.util.Collection;
import java.util.regex.Pattern;

/** Text out of a file, made fit for a terminal: nothing in it can move a cursor or turn a line. */
public final class Shown {
  private static final int LONGEST = 60;
  private static final int MOST_NAMES = 30;
  private static final Pattern COMMAND = Pattern.compile("##(?=[A-Za-z]*\\[)");

  private Shown() {}

  /** A value between backticks, shortened. */
  public static String value(String value) {
    StringBuilder shown = new StringBuilder("`");
    int count = 0;
    for (int at = 0; at < value.length(); at += Character.charCount(value.codePointAt(at))) {
      if (count++ == LONGEST) {
        return shown.append("…`").toString();
      }
      int point = value.codePointAt(at);
      switch (point) {
        case '\n' -> shown.append("\\n");
        case '\t' -> shown.append("\\t");
        case '\r' -> shown.append("\\r");
        default -> {
          if (harmless(point)) {
            shown.appendCodePoint(point);
          } else {
            shown.append(String.format("\\u%04x", point));
          }
        }
      }
    }
    return inert(shown.append('`').toString());
  }

  /** GitHub, Azure and TeamCity take {@code ##name[…]} anywhere in a line for a command. */
  private static String inert(String line) {
    return line.contains("##") ? COMMAND.matcher(line).replaceAll("# #") : line;
  }

  /** A source line, a column each character: what can't be shown is a {@code ·}. */
  public static String line(String line) {
    if (plain(line)) {
      return inert(line);
    }
    StringBuilder shown = new StringBuilder(line.length());
    line.codePoints()
        .forEach(
            point -> shown.appendCodePoint(point == '\t' ? ' ' : harmless(point) ? point : '·'));
    return inert(shown.toString());
  }

  /** Names in their order, separated by commas. */
  public static String names(Collection<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    StringBuilder shown = new StringBuilder();
    int count = 0;
    for (String name : names) {
      if (count == MOST_NAMES) {
        return shown.append(" and ").append(names.size() - count).append(" more").toString();
      }
      shown.append(count++ == 0 ? "" : ", ").append(name);
    }
    return shown.toString();
  }

  /** Whether all of it are visible characters of ASCII and blanks. */
  private static boolean plain(String line) {
    for (int at = 0; at < line.length(); at++) {
      if (line.charAt(at) < ' ' || line.charAt(at) > '~') {
        return false;
      }
    }
    return true;
  }

  private static boolean harmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
