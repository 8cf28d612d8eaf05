package gate.dsl;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which bracket of a script isn't closed. */
final class Brackets {
  /** Texts in quotes and comments, in which brackets are only letters. */
  private static final Pattern LETTERS =
      Pattern.compile(
          "'(?:[^'\\\\\\n]|\\\\.)*+'|\"(?:[^\"\\\\\\n]|\\\\.)*+\"|//[^\\n]*+|/\\*(?s:.*?)\\*/");

  private static final Map<Character, Character> CLOSES = Map.of('(', ')', '[', ']', '{', '}');

  private Brackets() {}

  /**
   * The first that another kind closes, or the innermost that nothing does; empty where none is.
   */
  static Optional<String> open(String script) {
    Deque<Character> open = new ArrayDeque<>();
    Deque<Integer> lines = new ArrayDeque<>();
    int line = 1;
    for (char it : LETTERS.matcher(script).replaceAll(Brackets::breaks).toCharArray()) {
      switch (it) {
        case '\n' -> line++;
        case '(', '[', '{' -> {
          open.push(it);
          lines.push(line);
        }
        case ')', ']', '}' -> {
          if (open.isEmpty()) {
            return Optional.of("nothing opens the `%s` of line %d".formatted(it, line));
          }
          if (CLOSES.get(open.peek()) != it) {
            return unclosed(open.peek(), lines.peek());
          }
          open.pop();
          lines.pop();
        }
        default -> {}
      }
    }
    return open.isEmpty() ? Optional.empty() : unclosed(open.peek(), lines.peek());
  }

  private static Optional<String> unclosed(char bracket, int line) {
    return Optional.of("nothing closes the `%s` of line %d".formatted(bracket, line));
  }

  /** Only the line breaks of a piece. */
  private static String breaks(java.util.regex.MatchResult piece) {
    return piece.group().replaceAll("[^\\n]", "");
  }
}
