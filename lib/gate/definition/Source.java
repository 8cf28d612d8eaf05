package gate.definition;

import gate.base.Position;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A file's text, and its lines for those who show them. */
final class Source {
  /** The breaks that editors count; SnakeYAML's further ones are refused by {@link Characters}. */
  private static final Pattern LINE_BREAK = Pattern.compile("\r\n|\r|\n");

  private final Path file;
  private final String text;
  private List<String> lines = List.of();

  /**
   * @param file the file, as it was named
   * @param text its text, without a byte order mark
   */
  Source(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /** Reads UTF-8, a byte order mark left out; a byte that isn't goes to {@code problems}. */
  static Optional<String> decode(byte[] utf8, Problems problems) {
    int start = startsWith(utf8, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer bytes = ByteBuffer.wrap(utf8, start, utf8.length - start);
    CharBuffer chars = CharBuffer.allocate(utf8.length - start);
    CoderResult result = decoder.decode(bytes, chars, true);
    String text = chars.flip().toString();
    if (!result.isError()) {
      return Optional.of(text);
    }
    boolean wide = startsWith(utf8, 0xFF, 0xFE) || startsWith(utf8, 0xFE, 0xFF);
    problems.add(
        endOf(text),
        wide
            ? "the file is UTF-16; only UTF-8 is read"
            : String.format("the byte 0x%02X isn't UTF-8", utf8[bytes.position()]),
        "save the file as UTF-8");
    return Optional.empty();
  }

  Path file() {
    return file;
  }

  String text() {
    return text;
  }

  /** The line that holds the place, or nothing where there is no such line. */
  String line(Position position) {
    if (lines.isEmpty()) {
      lines = List.of(LINE_BREAK.split(text, -1));
    }
    int index = position.line() - 1;
    return index >= 0 && index < lines.size() ? lines.get(index) : "";
  }

  private static Position endOf(String text) {
    String[] lines = LINE_BREAK.split(text, -1);
    String last = lines[lines.length - 1];
    return new Position(lines.length, last.codePointCount(0, last.length()) + 1);
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int at = 0; at < start.length; at++) {
      if ((bytes[at] & 0xFF) != start[at]) {
        return false;
      }
    }
    return true;
  }
}
