package gate.report;

import gate.base.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Text out of a journal or a log, made fit for a terminal: nothing in it can move a cursor, change
 * a colour, or begin a line of its own.
 */
final class Clean {
  /** What terminals take as one command: CSI sequences, OSC strings, and the two-character ones. */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001B]*(?:\u0007|\u001B\\\\)|[@-Z\\\\^_])");

  private static final Pattern BREAK = Pattern.compile("\r\n|\n|\r");

  /** Breaks, and what stands between them and the next word. */
  private static final Pattern GAP = Pattern.compile("[\r\n][\r\n \t]*");

  private Clean() {}

  /** All of it in one line. */
  static String line(String text) {
    return Shown.line(unbroken(plain(text))).strip();
  }

  private static String unbroken(String text) {
    return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
        ? text
        : GAP.matcher(text).replaceAll(" ");
  }

  /** At most {@code most} characters of it in one line. */
  static String line(String text, int most) {
    return cut(line(text.length() > 4 * most ? text.substring(0, 4 * most) : text), most);
  }

  /** Its first line that isn't blank. */
  static String first(String text) {
    List<String> lines = lines(text);
    return lines.isEmpty() ? "" : lines.getFirst().strip();
  }

  /** Its lines, without blank ones before the first and after the last that isn't. */
  static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    raw(text).forEach(line -> lines.add(line.stripTrailing()));
    while (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    while (!lines.isEmpty() && lines.getFirst().isEmpty()) {
      lines.removeFirst();
    }
    return lines;
  }

  /** All its lines. */
  static List<String> raw(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : BREAK.split(plain(text), -1)) {
      lines.add(Shown.line(line.replace("\t", "    ")));
    }
    return lines;
  }

  /** All of it, its lines divided by line feeds. */
  static String block(String text) {
    return String.join("\n", lines(text));
  }

  /** A text's beginning. */
  static String cut(String text, int most) {
    return text.codePointCount(0, text.length()) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }

  /** It without what a terminal would obey. */
  static String plain(String text) {
    return text.indexOf('\u001B') < 0 ? text : ESCAPES.matcher(text).replaceAll("");
  }
}
