package gate.report;

import java.util.List;
import java.util.stream.Collectors;

/** Texts of others in Markdown, where nothing in them may be taken for Markdown or HTML. */
final class Markdown {
  private static final String SAFE = " .,;:()/'\"=%?+-";

  private Markdown() {}

  /** A text in one line. */
  static String text(String text) {
    StringBuilder safe = new StringBuilder();
    String line = Clean.line(text);
    for (int at = 0; at < line.length(); at += Character.charCount(line.codePointAt(at))) {
      int point = line.codePointAt(at);
      if (point == '@') {
        safe.append("@<!-- -->");
      } else if (point == ':' && line.startsWith("//", at + 1)) {
        safe.append("&#58;");
      } else if (point >= 0x80 || Character.isLetterOrDigit(point) || SAFE.indexOf(point) >= 0) {
        safe.appendCodePoint(point);
      } else {
        safe.append("&#").append(point).append(';');
      }
    }
    return safe.toString();
  }

  /** A name or command in one line. */
  static String code(String text) {
    String line = Clean.line(text);
    return line.isEmpty()
        ? ""
        : line.matches("[^`|\\\\]+") ? "`" + line + "`" : "<code>" + text(line) + "</code>";
  }

  /** Lines as they are. */
  static String block(List<String> lines) {
    int longest = 2;
    for (String line : lines) {
      int run = 0;
      for (int at = 0; at < line.length(); at++) {
        run = line.charAt(at) == '`' ? run + 1 : 0;
        longest = Math.max(longest, run);
      }
    }
    String fence = "`".repeat(longest + 1);
    return fence + "text\n" + String.join("\n", lines) + "\n" + fence + "\n";
  }

  /** A row of a table, of cells that are safe already. */
  static String row(String... cells) {
    return List.of(cells).stream().collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** A table's first two rows. */
  static String head(String... cells) {
    return row(cells) + "|" + " --- |".repeat(cells.length) + "\n";
  }
}
