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
    int[] line = Shown.line(sourceLine).codePoints().toArray();
    int at = Math.min(Math.max(position.column() - 1, 0), line.length);
    int from = line.length <= WIDTH ? 0 : Math.clamp(at - WIDTH / 2, 0, line.length - WIDTH);
    int to = Math.min(line.length, from + WIDTH);
    String number = Integer.toString(position.line());
    String before = from > 0 ? "…" : "";
    String after = to < line.length ? "…" : "";
    text.append("\n  ").append(number).append(" | ");
    text.append((before + new String(line, from, to - from) + after).stripTrailing());
    text.append("\n  ").repeat(' ', number.length()).append(" | ");
    text.repeat(' ', before.length() + at - from);
    text.repeat('^', Math.max(1, Math.min(wordEnd(line, at), to) - at));
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
