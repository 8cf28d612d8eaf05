package gate.report;

import java.io.IOException;
import java.io.Writer;

/** Writes XML 1.0 that is well-formed whatever it is given. */
final class Xml {
  private static final int REPLACEMENT = 0xFFFD;

  private final Writer out;

  /** What isn't written yet: one element's worth. */
  private final StringBuilder text = new StringBuilder();

  private int depth;

  Xml(Writer out) throws IOException {
    this.out = out;
    text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    flush();
  }

  private Xml flush() throws IOException {
    out.append(text);
    text.setLength(0);
    return this;
  }

  /** An element that holds others; {@code attributes} are names and values in turn. */
  Xml open(String element, String... attributes) throws IOException {
    tag(element, attributes).append(">\n");
    depth++;
    return flush();
  }

  Xml close(String element) throws IOException {
    depth--;
    text.repeat("  ", depth).append("</").append(element).append(">\n");
    return flush();
  }

  /** An element with nothing in it. */
  Xml empty(String element, String... attributes) throws IOException {
    tag(element, attributes).append("/>\n");
    return flush();
  }

  /** An element that holds text. */
  Xml text(String element, String content, String... attributes) throws IOException {
    if (content.isEmpty()) {
      return empty(element, attributes);
    }
    tag(element, attributes).append('>');
    content.codePoints().forEach(this::content);
    text.append("</").append(element).append(">\n");
    return flush();
  }

  private StringBuilder tag(String element, String... attributes) {
    text.repeat("  ", depth).append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      String value = attributes[i + 1];
      for (int at = 0; at < value.length(); at += Character.charCount(value.codePointAt(at))) {
        attribute(value.codePointAt(at));
      }
      text.append('"');
    }
    return text;
  }

  private void attribute(int point) {
    switch (point) {
      case '"' -> text.append("&quot;");
      case '\n', '\t' -> text.append("&#").append(point).append(';');
      default -> content(point);
    }
  }

  private void content(int point) {
    switch (point) {
      case '&' -> text.append("&amp;");
      case '<' -> text.append("&lt;");
      case '>' -> text.append("&gt;");
      case '\r' -> text.append("&#13;");
      default -> text.appendCodePoint(allowed(point) ? point : REPLACEMENT);
    }
  }

  private static boolean allowed(int point) {
    return point == '\t'
        || point == '\n'
        || point >= 0x20 && point <= 0xD7FF
        || point >= 0xE000 && point <= 0xFFFD
        || point >= 0x10000;
  }
}
