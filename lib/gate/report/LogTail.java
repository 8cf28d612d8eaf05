package gate.report;

import gate.base.Reason;
import gate.base.Tokens;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** The last lines of a log, read from its end. */
final class LogTail {
  private static final int LINES = 15;
  private static final int WIDTH = 240;
  private static final int BYTES = 64 * 1024;

  private LogTail() {}

  /** Them, fit for a terminal; or one line that says why there are none. */
  static List<String> of(Path runFolder, String log) {
    return of(runFolder, log, LINES);
  }

  /** The same, so many at most. */
  static List<String> of(Path runFolder, String log, int most) {
    try {
      Path file = runFolder.resolve(log);
      if (!Files.exists(file)) {
        return List.of("(it isn't there)");
      }
      if (!file.toRealPath().startsWith(runFolder.toRealPath()) || !Files.isRegularFile(file)) {
        return List.of("(it is no file of this run)");
      }
      List<String> lines = Clean.lines(Tokens.mask(end(file)));
      return lines.isEmpty()
          ? List.of("(it is empty)")
          : lines.subList(Math.max(0, lines.size() - most), lines.size()).stream()
              .map(line -> Clean.cut(line, WIDTH))
              .toList();
    } catch (InvalidPathException e) {
      return List.of("(it has no valid name)");
    } catch (IOException e) {
      return List.of("(it can't be read: " + Clean.line(Reason.of(e)) + ")");
    }
  }

  private static String end(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, in.length() - BYTES);
      byte[] bytes = new byte[(int) Math.min(BYTES, in.length() - from)];
      in.seek(from);
      in.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      int whole = from == 0 ? -1 : text.indexOf('\n');
      return text.substring(whole + 1);
    }
  }
}
