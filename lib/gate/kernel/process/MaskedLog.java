package gate.kernel.process;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import gate.base.Reason;
import gate.base.Secrets;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One log: a pipe, and a thread that reads it and writes the log without secrets until nobody can
 * write to the pipe any more. Where the log can't be written it reads on, so that nobody hangs.
 */
final class MaskedLog {
  private static final int BUFFER = 64 * 1024;
  private static final long TO_END_MILLIS = 200;

  private final Path pipe;
  private final Path log;
  private final Secrets.Stream secrets;
  private final RandomAccessFile writing;
  // Behind all that the ended process wrote; it never gets into the log.
  private final String mark = "\0end " + UUID.randomUUID() + "\0";
  private final CountDownLatch marked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile IOException failed;
  private boolean closed;

  private MaskedLog(Path pipe, Path log, Secrets secrets, RandomAccessFile writing) {
    this.pipe = pipe;
    this.log = log;
    this.secrets = secrets.stream();
    this.writing = writing;
  }

  /**
   * Makes the pipe, and reads it from now on.
   *
   * @throws IOException where pipe or log can't be opened
   */
  static MaskedLog open(Path pipe, Path log, Secrets secrets) throws IOException {
    make(pipe);
    OutputStream to = Files.newOutputStream(log, CREATE, WRITE, APPEND, NOFOLLOW_LINKS);
    MaskedLog masked = new MaskedLog(pipe, log, secrets, new RandomAccessFile(pipe.toFile(), "rw"));
    FileInputStream from = new FileInputStream(pipe.toFile());
    try {
      Thread.ofPlatform().daemon().name("log " + log).start(() -> masked.copy(from, to));
    } catch (OutOfMemoryError noThread) {
      from.close();
      to.close();
      masked.end();
      throw new IOException("the machine has no room for a thread that reads it");
    }
    return masked;
  }

  private static void make(Path pipe) throws IOException {
    boolean made;
    if (Platform.whole()) {
      byte[] name = (pipe + "\0").getBytes(Charset.forName(System.getProperty("sun.jnu.encoding")));
      ByteBuffer path = Libc.memory(name.length).put(name);
      made = Libc.makePipe(Libc.address(path));
      java.lang.ref.Reference.reachabilityFence(path);
    } else {
      made = made(new ProcessBuilder("mkfifo", "-m", "600", pipe.toString()));
    }
    if (!made) {
      throw new IOException("no named pipe can be made at " + pipe);
    }
  }

  private static boolean made(ProcessBuilder builder) throws IOException {
    try {
      return builder.start().waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void copy(FileInputStream from, OutputStream to) {
    byte[] buffer = new byte[BUFFER];
    String held = "";
    try (from;
        to) {
      for (int n = from.read(buffer); n > 0; n = from.read(buffer)) {
        String text = held + new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        int at = marked.getCount() == 0 ? -1 : text.indexOf(mark);
        text = at < 0 ? text : text.substring(0, at) + text.substring(at + mark.length());
        int whole = at >= 0 || marked.getCount() == 0 ? text.length() : undecided(text);
        held = text.substring(whole);
        byte[] bytes = text.substring(0, whole).getBytes(StandardCharsets.ISO_8859_1);
        write(to, secrets.next(bytes, bytes.length));
        if (at >= 0) {
          marked.countDown();
        }
      }
      byte[] last = held.getBytes(StandardCharsets.ISO_8859_1);
      write(to, secrets.next(last, last.length));
      write(to, secrets.end());
    } catch (IOException e) {
      failed = e;
    } finally {
      marked.countDown();
      ended.countDown();
    }
  }

  /** Where the mark may begin. */
  private int undecided(String text) {
    for (int at = Math.max(0, text.length() - mark.length() + 1); at < text.length(); at++) {
      if (mark.startsWith(text.substring(at))) {
        return at;
      }
    }
    return text.length();
  }

  private void write(OutputStream to, byte[] bytes) {
    if (failed == null) {
      try {
        to.write(bytes);
      } catch (IOException e) {
        failed = e;
      }
    }
  }

  /** Whoever writes to it has opened it. */
  void opened() {
    pipe.toFile().delete();
  }

  /**
   * Waits until all that was written so far is in the log.
   *
   * @throws IOException where it couldn't be written
   */
  void drain() throws IOException {
    synchronized (this) {
      if (!closed) {
        writing.write(mark.getBytes(StandardCharsets.ISO_8859_1));
        end();
      }
    }
    try {
      marked.await();
      // what it kept back for a secret comes with the end, which is near if nobody else writes
      ended.await(TO_END_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failed != null) {
      throw new IOException("the log " + log + " couldn't be written: " + Reason.of(failed));
    }
  }

  /** Ends with the last of those that write to it. Can be repeated. */
  synchronized void end() {
    opened();
    if (!closed) {
      closed = true;
      try {
        writing.close();
      } catch (IOException e) {
        // nothing was kept back
      }
    }
  }
}
