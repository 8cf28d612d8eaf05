package gate.definition;

import gate.base.Position;
import org.yaml.snakeyaml.reader.StreamReader;

/** Refuses the characters that no text file has, the first of each line. */
final class Characters {
  private Characters() {}

  static void check(String text, Problems problems) {
    int line = 1;
    int column = 1;
    int lastBadLine = 0;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      if (isBad(point) && lastBadLine != line) {
        lastBadLine = line;
        problems.add(
            new Position(line, column),
            point == 0
                ? "there is a NUL character here; a definition is a text file"
                : String.format("the character U+%04X can't stand in a definition", point),
            "remove it, or write it as an escape in a double-quoted text");
      }
      at += Character.charCount(point);
      boolean lineEnds = point == '\n' || (point == '\r' && !startsWithLineFeed(text, at));
      line += lineEnds ? 1 : 0;
      column = lineEnds ? 1 : column + 1;
    }
  }

  /** YAML 1.1's line breaks that editors don't count are bad too: line numbers would differ. */
  private static boolean isBad(int point) {
    return !StreamReader.isPrintable(point)
        || point == 0x85
        || point == 0x2028
        || point == 0x2029
        || point == 0xFEFF;
  }

  private static boolean startsWithLineFeed(String text, int at) {
    return at < text.length() && text.charAt(at) == '\n';
  }
}
