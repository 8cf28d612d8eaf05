package gate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal that knows the few codes that the console may use, and refuses any other. */
final class Terminal {
  private static final Pattern CODE =
      Pattern.compile("\u001B\\[(\\d*(?:;\\d+)*|\\?2026)([ACJKhlm])");

  private final int columns;
  private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
  private int row;
  private int column;
  private boolean plain = true;
  private boolean whole = true;

  Terminal(int columns) {
    this.columns = columns;
  }

  Terminal feed(String text) {
    Matcher code = CODE.matcher(text);
    int at = 0;
    while (at < text.length()) {
      char next = text.charAt(at);
      if (next == '\u001B') {
        if (!code.find(at) || code.start() != at) {
          throw new AssertionError("unknown code at " + text.substring(at));
        }
        obey(code.group(2).charAt(0), code.group(1));
        at = code.end();
      } else {
        put(next);
        at++;
      }
    }
    return this;
  }

  private void obey(char code, String number) {
    switch (code) {
      case 'A' -> row -= Integer.parseInt(number);
      case 'J' -> {
        lines.get(row).setLength(Math.min(column, lines.get(row).length()));
        while (lines.size() > row + 1) {
          lines.removeLast();
        }
      }
      case 'C' -> column++;
      case 'K' ->
          lines
              .get(row)
              .setLength(number.equals("2") ? 0 : Math.min(column, lines.get(row).length()));
      case 'h', 'l' -> whole = code == 'l';
      default -> plain = number.equals("0");
    }
    if (row < 0) {
      throw new AssertionError("above the screen's top");
    }
  }

  private void put(char next) {
    switch (next) {
      case '\r' -> column = 0;
      case '\n' -> down();
      default -> {
        if (Character.isISOControl(next)) {
          throw new AssertionError("control character " + (int) next);
        }
        if (column == columns) {
          down();
        }
        StringBuilder line = lines.get(row);
        while (line.length() < column) {
          line.append(' ');
        }
        if (column < line.length()) {
          line.setCharAt(column, next);
        } else {
          line.append(next);
        }
        column++;
      }
    }
  }

  private void down() {
    row++;
    column = 0;
    if (row == lines.size()) {
      lines.add(new StringBuilder());
    }
  }

  /** Whether no colour is left on, and nothing is held back. */
  boolean plain() {
    return plain && whole;
  }

  /** The row that the cursor is in, from 0, is the last one. */
  boolean atEnd() {
    return row == lines.size() - 1;
  }

  String text() {
    return String.join("\n", lines);
  }
}
