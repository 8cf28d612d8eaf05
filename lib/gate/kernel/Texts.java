package gate.kernel;

import gate.base.Reason;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Texts in files that processes write to. */
final class Texts {
  private static final int MOST = 1 << 20;

  private Texts() {}

  /** Adds a line. */
  static void append(Path file, String line) {
    try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new Broken("cannot write %s: %s".formatted(file, Reason.of(e)));
    }
  }

  /** How long a file is; 0 where there is none. */
  static long size(Path file) {
    return file.toFile().length();
  }

  /** What stands in a file from an offset on up to another, at most a mebibyte. */
  static String between(Path file, long offset, long end) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(offset);
      byte[] bytes = new byte[Math.clamp(Math.min(end, in.length()) - offset, 0, MOST)];
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Broken("cannot read %s: %s".formatted(file, Reason.of(e)));
    }
  }

  /** The last lines of a file, at most that many and 4 KiB. */
  static String lastLines(Path file, int count) {
    long size = size(file);
    if (size == 0) {
      return "(empty)";
    }
    List<String> lines = between(file, Math.max(0, size - 4096), size).lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }
}
