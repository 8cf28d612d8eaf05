package gate.base;

import java.util.List;

/**
 * Looks for several short texts at once, in one pass over a text that rarely holds any. For any
 * thread.
 */
final class Signs {
  /** Characters of which every sign has one, those that are the rarest in other texts first. */
  private static final String RARE = "ZJKzxI:_-";

  private static final int ASCII = 128;

  /** A sign, and where its rarest character stands in it. */
  private record Sign(String text, int rare) {}

  private final Sign[][] byRare = new Sign[ASCII][];

  Signs(List<String> texts) {
    for (char rare : RARE.toCharArray()) {
      Sign[] signs =
          texts.stream()
              .filter(text -> rarest(text) == rare)
              .map(text -> new Sign(text, text.indexOf(rare)))
              .toArray(Sign[]::new);
      byRare[rare] = signs.length == 0 ? null : signs;
    }
  }

  private static char rarest(String text) {
    return (char)
        RARE.chars()
            .filter(rare -> text.indexOf(rare) >= 0)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no character of it is rare: " + text));
  }

  /** Whether one of them is in a text. */
  boolean in(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c < ASCII && byRare[c] != null && at(text, at, byRare[c])) {
        return true;
      }
    }
    return false;
  }

  private static boolean at(String text, int rare, Sign[] signs) {
    for (Sign sign : signs) {
      if (text.startsWith(sign.text(), rare - sign.rare())) {
        return true;
      }
    }
    return false;
  }
}
