package gate.report;

import gate.base.Reason;
import gate.base.Tokens;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The end of a log of a run.
 *
 * @param text whole lines, without what looks like a token
 * @param fault why there is none, in brackets
 */
record LogFile(String text, Optional<String> fault) {
  static LogFile end(Path runFolder, String log, int most) {
    try {
      Path file = runFolder.resolve(log);
      if (!Files.exists(file)) {
        return not("it isn't there");
      }
      if (!file.toRealPath().startsWith(runFolder.toRealPath()) || !Files.isRegularFile(file)) {
        return not("it is no file of this run");
      }
      return new LogFile(Tokens.mask(end(file, most)), Optional.empty());
    } catch (InvalidPathException e) {
      return not("it has no valid name");
    } catch (IOException e) {
      return not("it can't be read: " + Clean.line(Reason.of(e)));
    }
  }

  private static LogFile not(String why) {
    return new LogFile("", Optional.of("(" + why + ")"));
  }

  private static String end(Path file, int most) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, in.length() - most);
      byte[] bytes = new byte[(int) Math.min(most, in.length() - from)];
      in.seek(from);
      in.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      int whole = from == 0 ? -1 : text.indexOf('\n');
      return text.substring(whole + 1);
    }
  }
}
