package gate.report;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts of others in Markdown, where nothing in them may be taken for Markdown or HTML. */
public final class Markdown {
  private static final Pattern CODE = Pattern.compile("`[^`|\\\\]+`");
  private static final String BULLETS = "-+=";
  private static final String SAFE = " .,;:()/'\"=%?+-";

  private Markdown() {}

  /** A text in one line; what stands between backticks stays code. */
  public static String text(String text) {
    StringBuilder safe = new StringBuilder();
    String line = Clean.line(text);
    Matcher code = CODE.matcher(line);
    int from = 0;
    while (code.find()) {
      prose(line, from, code.start(), safe);
      safe.append(code.group());
      from = code.end();
    }
    prose(line, from, line.length(), safe);
    return safe.toString();
  }

  private static String prose(String line) {
    StringBuilder safe = new StringBuilder();
    prose(line, 0, line.length(), safe);
    return safe.toString();
  }

  private static void prose(String line, int from, int to, StringBuilder safe) {
    for (int at = from; at < to; at += Character.charCount(line.codePointAt(at))) {
      int point = line.codePointAt(at);
      if (point == '@') {
        safe.append("@<!-- -->");
      } else if (point == ':' && line.startsWith("//", at + 1)) {
        safe.append("&#58;");
      } else if (point >= 0x80
          || Character.isLetterOrDigit(point)
          || SAFE.indexOf(point) >= 0 && !(at == 0 && BULLETS.indexOf(point) >= 0)
          || point == '_' && insideWord(line, at)) {
        safe.appendCodePoint(point);
      } else {
        safe.append("&#").append(point).append(';');
      }
    }
  }

  private static boolean insideWord(String line, int at) {
    return at > 0
        && at + 1 < line.length()
        && Character.isLetterOrDigit(line.charAt(at - 1))
        && Character.isLetterOrDigit(line.charAt(at + 1));
  }

  /** A name or command in one line. */
  public static String code(String text) {
    String line = Clean.line(text);
    return line.isEmpty()
        ? ""
        : CODE.matcher("`" + line + "`").matches()
            ? "`" + line + "`"
            : "<code>" + prose(line) + "</code>";
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
  public static String row(String... cells) {
    return List.of(cells).stream().collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** A table's first two rows. */
  public static String head(String... cells) {
    return row(cells) + "|" + " --- |".repeat(cells.length) + "\n";
  }
}
