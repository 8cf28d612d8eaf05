package gate.report;

import java.io.PrintStream;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A terminal with lines at its bottom that change, below those that stay. The cursor is always
 * visible and nothing else is ever set, so that whoever ends the program leaves the terminal whole.
 * Each change is one write, which terminals that know how to show at once.
 */
final class Screen {
  private static final String ERASE_BELOW = "\u001B[J";

  /**
   * From the beginning of a line. What is erased from a screen's very first column on tmux takes
   * for something to be remembered.
   */
  private static final String ERASE_ALL = "\u001B[2K\u001B[C\u001B[J\r";

  private static final String ERASE_REST = "\u001B[K";
  private static final String BEGIN = "\u001B[?2026h";
  private static final String END = "\u001B[?2026l";
  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[\\d;]*m");

  private final PrintStream out;
  private List<String> shown = List.of();
  private int width;

  Screen(PrintStream out) {
    this.out = out;
  }

  /**
   * Adds lines that stay, and shows others below them.
   *
   * @param columns the terminal's width now; by it what was shown may be wrapped meanwhile
   */
  void show(String stay, List<String> live, int columns, int rows) {
    if (stay.isEmpty() && live.equals(shown)) {
      return;
    }
    boolean changes = !shown.isEmpty() || !live.isEmpty();
    StringBuilder text = new StringBuilder(changes ? BEGIN : "");
    if (!shown.isEmpty()) {
      back(text, columns, rows);
      // Lines that were wrapped stay one in the terminal's memory unless they are erased as a
      // whole.
      text.append(stay.isEmpty() && columns == width ? "" : ERASE_ALL);
    }
    text.append(stay).append(String.join(ERASE_REST + "\n", live));
    if (!shown.isEmpty()) {
      text.append(live.isEmpty() ? ERASE_ALL : ERASE_BELOW);
    }
    out.print(text.append(changes ? END : ""));
    out.flush();
    shown = List.copyOf(live);
    width = columns;
  }

  private void back(StringBuilder text, int columns, int rows) {
    int up = -1;
    for (String line : shown) {
      int width = Width.of(COLOUR.matcher(line).replaceAll(""));
      up += Math.max(1, (width + columns - 1) / columns);
    }
    up = Math.min(up, rows - 1);
    text.append('\r');
    if (up > 0) {
      text.append("\u001B[").append(up).append('A');
    }
  }
}
