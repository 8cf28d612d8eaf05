package gate.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Standard output, which remembers why it couldn't be written: a {@link PrintStream} doesn't. */
public final class StandardOutput extends OutputStream {
  private static final Path OPENED = Path.of("/dev/fd/1");
  private static final int KIND = 0xF000;
  private static final int PIPE = 0x1000;
  private static final int SOCKET = 0xC000;

  private final OutputStream to = new FileOutputStream(FileDescriptor.out);
  private volatile @Nullable IOException failed;

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      to.write(bytes, from, count);
    } catch (IOException e) {
      failed = failed == null ? e : failed;
      throw e;
    }
  }

  /**
   * The exit code of a command that has printed here; what couldn't be written is told, and makes
   * an {@link ExitCode#OK} an {@link ExitCode#REFUSED}. A reader that has gone wanted no more.
   *
   * @param code what it would be otherwise
   */
  public int exitCode(int code, PrintStream err) {
    IOException why = failed;
    if (why == null || isRead()) {
      return code;
    }
    err.println("matrix: cannot write to standard output: " + why.getMessage());
    return code == ExitCode.OK ? ExitCode.REFUSED : code;
  }

  /** By its kind, for the reason has the words of the user's language. */
  private static boolean isRead() {
    try {
      int kind = (int) Files.getAttribute(OPENED, "unix:mode") & KIND;
      return kind == PIPE || kind == SOCKET;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
