package gate.kernel;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import gate.base.Reason;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Held by whoever works on a run's folder. The lock is the operating system's: it is gone with its
 * holder, however that ends.
 */
public final class RunLock implements AutoCloseable {
  /** The file's, in the run's folder. */
  public static final String NAME = "lock";

  private static final int DIGITS = 20;

  private final FileChannel file;

  /** Somebody works on the run. */
  public static final class Held extends Refused {
    private static final long serialVersionUID = 1;

    public Held(String message) {
      super(message);
    }
  }

  private RunLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes it.
   *
   * @throws Held where another process has it, which is named
   * @throws Refused where it can't be had
   */
  public static RunLock take(Path run) {
    Path path = run.resolve(NAME);
    try {
      FileChannel file = FileChannel.open(path, CREATE, READ, WRITE, NOFOLLOW_LINKS);
      if (locked(file) && Files.exists(path)) { // and not of a folder that was just deleted
        byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
        file.truncate(0).write(ByteBuffer.wrap(pid));
        return new RunLock(file);
      }
      String holder = holder(file);
      file.close();
      throw new Held(
          "run %s is worked on by another process, pid %s; wait for its end, or end that"
              .formatted(run, holder));
    } catch (IOException e) {
      throw new Refused("run %s can't be locked by %s: %s".formatted(run, path, Reason.of(e)));
    }
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String holder(FileChannel file) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(DIGITS);
    file.read(text, 0);
    String pid = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
    return pid.matches("\\d+") ? pid : "unknown";
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      // it goes with this process
    }
  }
}
