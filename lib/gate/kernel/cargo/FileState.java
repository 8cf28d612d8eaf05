package gate.kernel.cargo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * What tells an executable that cargo has put at its place from one that was put there later, and
 * be it the same as before. Cargo links its executables there where it can; elsewhere it copies
 * them each time, and the content has to do.
 *
 * @param file its device, number, size and time, or its size and sum
 * @param links when links to it, and the names in its folder, last changed
 */
public record FileState(List<Object> file, List<Object> links) {
  private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime,nlink";

  /**
   * That of a file.
   *
   * @throws IOException if there is none
   */
  public static FileState of(Path path) throws IOException {
    Map<String, Object> now = Files.readAttributes(path, ATTRIBUTES);
    if ((int) now.get("nlink") == 1) {
      return new FileState(List.of(now.get("size"), sum(path)), List.of());
    }
    return new FileState(
        Stream.of("dev", "ino", "size", "lastModifiedTime").map(now::get).toList(),
        List.of(now.get("ctime"), Files.getLastModifiedTime(path.toAbsolutePath().getParent())));
  }

  /** Whether it tells of each change: the content alone doesn't where the same was put back. */
  public boolean whole() {
    return !links.isEmpty();
  }

  /** Whether it was this one all the time until it had that state. */
  public boolean kept(FileState later) {
    // who takes it away and puts it back changes both; a link elsewhere, or a neighbour, one
    boolean touched =
        !links.isEmpty()
            && links.size() == later.links.size()
            && !links.get(0).equals(later.links.get(0))
            && !links.get(1).equals(later.links.get(1));
    return file.equals(later.file) && !touched;
  }

  private static long sum(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        CheckedInputStream sum = new CheckedInputStream(in, new CRC32C())) {
      sum.transferTo(OutputStream.nullOutputStream());
      return sum.getChecksum().getValue();
    }
  }
}
