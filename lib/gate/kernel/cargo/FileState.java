package gate.kernel.cargo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/** What tells an executable that cargo has put at its place from one that was put there later. */
public final class FileState {
  private FileState() {}

  /**
   * Changes where another file is put there, and be it the same as before. Cargo links its
   * executables there where it can; elsewhere it copies them each time, and the content has to do.
   *
   * @throws IOException if there is none
   */
  public static String of(Path file) throws IOException {
    Map<String, Object> state = Files.readAttributes(file, "unix:dev,ino,size,ctime,nlink");
    return (int) state.get("nlink") > 1
        ? new TreeMap<>(state).toString()
        : state.get("size") + " " + sum(file);
  }

  private static long sum(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        CheckedInputStream sum = new CheckedInputStream(in, new CRC32C())) {
      sum.transferTo(java.io.OutputStream.nullOutputStream());
      return sum.getChecksum().getValue();
    }
  }
}
