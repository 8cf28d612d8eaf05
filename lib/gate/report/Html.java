package gate.report;

import gate.base.Shown;
import java.io.IOException;
import java.io.Writer;

/** Elements of HTML as they are written; no text can become one, or move another. */
final class Html {
  private final Writer to;

  Html(Writer to) {
    this.to = to;
  }

  /** A start tag with names and values of attributes in turn. */
  Html open(String tag, String... attributes) throws IOException {
    to.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      to.append(' ').append(attributes[i]).append("=\"");
      to.append(escaped(attributes[i + 1])).append('"');
    }
    to.append('>');
    return this;
  }

  Html close(String tag) throws IOException {
    to.append("</").append(tag).append(">");
    return this;
  }

  Html text(String text) throws IOException {
    to.append(escaped(text));
    return this;
  }

  /** An element that holds a text. */
  Html line(String tag, String text, String... attributes) throws IOException {
    return open(tag, attributes).text(text).close(tag);
  }

  Html newLine() throws IOException {
    to.append('\n');
    return this;
  }

  /** A part of the page that is the gate's own. */
  Html own(String html) throws IOException {
    to.append(html);
    return this;
  }

  static String escaped(String text) {
    if (simple(text)) {
      return Shown.line(text);
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (String line : Clean.raw(text)) {
      escaped.append(escaped.isEmpty() ? "" : "\n");
      for (int i = 0; i < line.length(); i++) {
        switch (line.charAt(i)) {
          case '&' -> escaped.append("&amp;");
          case '<' -> escaped.append("&lt;");
          case '>' -> escaped.append("&gt;");
          case '"' -> escaped.append("&quot;");
          case '\'' -> escaped.append("&#39;");
          default -> escaped.append(line.charAt(i));
        }
      }
    }
    return escaped.toString();
  }

  /** Whether it is of visible ASCII that means nothing to HTML, as most are. */
  private static boolean simple(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c < ' ' || c > '~' || c == '&' || c == '<' || c == '>' || c == '"' || c == '\'') {
        return false;
      }
    }
    return true;
  }
}
