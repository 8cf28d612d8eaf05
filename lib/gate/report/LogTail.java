package gate.report;

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
    LogFile end = LogFile.end(runFolder, log, BYTES);
    if (end.fault().isPresent()) {
      return List.of(end.fault().get());
    }
    List<String> lines = Clean.lines(end.text());
    return lines.isEmpty()
        ? List.of("(it is empty)")
        : lines.subList(Math.max(0, lines.size() - most), lines.size()).stream()
            .map(line -> Clean.cut(line, WIDTH))
            .toList();
  }
}
