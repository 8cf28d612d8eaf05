package gate.report;

import java.io.PrintStream;
import java.util.List;

/**
 * A terminal with lines at its bottom that change, below those that stay. The cursor is always
 * visible and nothing else is ever set, so that whoever ends the program leaves the terminal whole.
 */
final class Screen {
  private static final String ERASE_BELOW = "\u001B[J";

  private final PrintStream out;
  private List<String> shown = List.of();

  Screen(PrintStream out) {
    this.out = out;
  }

  /** Adds lines that stay, and shows others below them. */
  void show(String stay, List<String> live) {
    if (stay.isEmpty() && live.equals(shown)) {
      return;
    }
    StringBuilder text = new StringBuilder();
    if (!shown.isEmpty()) {
      text.append('\r');
      if (shown.size() > 1) {
        text.append("\u001B[").append(shown.size() - 1).append('A');
      }
      text.append(ERASE_BELOW);
    }
    text.append(stay).append(String.join("\n", live));
    shown = List.copyOf(live);
    out.print(text);
    out.flush();
  }
}
