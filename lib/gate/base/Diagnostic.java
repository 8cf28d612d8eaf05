package gate.base;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Something wrong with a file.
 *
 * @param file the file, as it was named
 * @param position where in it
 * @param message what is wrong, in one line
 * @param suggestion what would be right, as a sentence that can stand alone
 * @param sourceLine the line that {@code position} names; empty for the whole file
 */
public record Diagnostic(
    Path file, Position position, String message, Optional<String> suggestion, String sourceLine) {

  /** How much of a long source line is shown. */
  private static final int WIDTH = 100;

  /** All of it, as a person reads it: several lines, the last without a line break. */
  public String render() {
    StringBuilder text = new StringBuilder(Shown.line(file.toString()));
    if (!position.equals(Position.WHOLE_FILE)) {
      text.append(':').append(position.line()).append(':').append(position.column());
    }
    text.append(": ").append(message);
    if (!sourceLine.isBlank()) {
      appendSource(text);
    }
    suggestion.ifPresent(it -> text.append("\n  ").append(it));
    return text.toString();
  }

  private void appendSource(StringBuilder text) {
    Window window = Window.of(sourceLine, position.column() - 1);
    int[] line = Shown.line(window.text()).codePoints().toArray();
    int at = Math.min(window.at(), line.length);
    int from = line.length <= WIDTH ? 0 : Math.clamp(at - WIDTH / 2, 0, line.length - WIDTH);
    int to = Math.min(line.length, from + WIDTH);
    String number = Integer.toString(position.line());
    String before = from > 0 || window.cutBefore() ? "…" : "";
    String after = to < line.length || window.cutAfter() ? "…" : "";
    text.append("\n  ").append(number).append(" | ");
    text.append((before + new String(line, from, to - from) + after).stripTrailing());
    text.append("\n  ").repeat(' ', number.length()).append(" | ");
    text.repeat(' ', before.length() + at - from);
    text.repeat('^', Math.max(1, Math.min(wordEnd(line, at), to) - at));
  }

  /** What lies round a place of a line, which may be a million characters long. */
  private record Window(String text, int at, boolean cutBefore, boolean cutAfter) {
    static Window of(String line, int column) {
      int length = line.length();
      int place =
          column <= 0
              ? 0
              : column >= length ? length : line.offsetByCodePoints(0, inside(line, column));
      int from = back(line, place);
      int to = forth(line, place);
      return new Window(
          line.substring(from, to), line.codePointCount(from, place), from > 0, to < length);
    }

    /** A column by code points, no further than the line is long. */
    private static int inside(String line, int column) {
      return column * 2 <= line.length()
          ? column
          : Math.min(column, line.codePointCount(0, line.length()));
    }

    private static int back(String line, int place) {
      return line.codePointCount(0, place) <= WIDTH ? 0 : line.offsetByCodePoints(place, -WIDTH);
    }

    private static int forth(String line, int place) {
      return line.length() - place <= WIDTH || line.codePointCount(place, line.length()) <= WIDTH
          ? line.length()
          : line.offsetByCodePoints(place, WIDTH);
    }
  }

  /** Where the key or value that begins at {@code from} ends, as far as one line can tell. */
  private static int wordEnd(int[] line, int from) {
    if (from < line.length && (line[from] == '"' || line[from] == '\'')) {
      for (int at = from + 1; at < line.length; at++) {
        if (line[at] == line[from]) {
          return at + 1;
        }
      }
      return line.length;
    }
    int end = from;
    for (int at = from; at < line.length && !endsWord(line, at); at++) {
      if (line[at] != ' ') {
        end = at + 1;
      }
    }
    return end;
  }

  private static boolean endsWord(int[] line, int at) {
    boolean blankNext = at + 1 >= line.length || line[at + 1] == ' ';
    return switch (line[at]) {
      case ',', '[', ']', '{', '}' -> true;
      case ':' -> blankNext;
      case '#' -> at > 0 && line[at - 1] == ' ';
      default -> false;
    };
  }
}
