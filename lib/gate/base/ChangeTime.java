package gate.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** When anything of a file last changed, which nobody can set. */
public final class ChangeTime {
  private ChangeTime() {}

  /** That of a file or folder; where it isn't known, when its content did. */
  public static FileTime of(Path path, LinkOption... options) throws IOException {
    try {
      return (FileTime) Files.getAttribute(path, "unix:ctime", options);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return Files.getLastModifiedTime(path, options);
    }
  }
}
