package gate.evidence;

import gate.base.Secrets;
import gate.base.Tokens;
import gate.evidence.Manifest.Masked;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.zip.GZIPOutputStream;

/**
 * A file copied in bounded memory, whatever its size: what looks like a token is masked on the way,
 * and secrets that somebody declared are looked for.
 */
final class LogCopy {
  private static final int CHUNK = 1 << 20;

  /** A line, or a key of many lines, that is longer is cut there. */
  private static final int LONGEST = 4 * CHUNK;

  private static final int MOST_TOLD = 100;
  private static final String KEY = "-----BEGIN ";
  private static final String KEY_END = "-----END ";

  private final Secrets secrets;
  private final LongConsumer progress;
  private final List<Masked> masked = new ArrayList<>();
  private final List<Masked> declared = new ArrayList<>();
  private long line = 1;

  private LogCopy(Secrets secrets, LongConsumer progress) {
    this.secrets = secrets;
    this.progress = progress;
  }

  /**
   * What became of it.
   *
   * @param bytes the file's size
   * @param sha256 of the file
   * @param written the size of the copy; more than was allowed where it was given up
   * @param masked what looked like a token, the first hundred
   * @param declared the declared secrets that were found, by name, the first hundred
   */
  record Copied(
      long bytes, String sha256, long written, List<Masked> masked, List<Masked> declared) {}

  /**
   * Copies.
   *
   * @param packed whether the copy is compressed (RFC 1952)
   * @param most how large the copy may become; no more than that is written
   * @param progress hears of the bytes that have been read
   */
  static Copied copy(
      Path from, Path to, boolean packed, long most, Secrets secrets, LongConsumer progress)
      throws IOException {
    return new LogCopy(secrets, progress).copy(from, to, packed, most);
  }

  private Copied copy(Path from, Path to, boolean packed, long most) throws IOException {
    Files.createDirectories(to.getParent());
    MessageDigest digest = Digests.sha256();
    long bytes;
    Limited limited;
    try (InputStream in = Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS);
        FileChannel file =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      limited = new Limited(Channels.newOutputStream(file), most);
      OutputStream out = packed ? new GZIPOutputStream(limited, CHUNK >> 4) : limited;
      bytes = pump(in, out, digest);
      out.flush();
      if (out instanceof GZIPOutputStream gzip) {
        gzip.finish();
      }
      file.force(false);
    }
    return new Copied(
        bytes, Digests.hex(digest), limited.written, List.copyOf(masked), List.copyOf(declared));
  }

  private long pump(InputStream in, OutputStream out, MessageDigest digest) throws IOException {
    byte[] buffer = new byte[LONGEST + CHUNK];
    int held = 0;
    long bytes = 0;
    for (int got; (got = in.read(buffer, held, CHUNK)) >= 0; ) {
      digest.update(buffer, held, got);
      bytes += got;
      progress.accept(bytes);
      held += got;
      int whole = whole(buffer, held);
      write(buffer, whole, out);
      System.arraycopy(buffer, whole, buffer, 0, held - whole);
      held -= whole;
    }
    write(buffer, held, out);
    return bytes;
  }

  /** Up to the last line's end, and not in the middle of a key. */
  private static int whole(byte[] buffer, int held) {
    if (held >= LONGEST) {
      return held;
    }
    int end = held;
    while (end > 0 && buffer[end - 1] != '\n') {
      end--;
    }
    String text = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
    int key = text.lastIndexOf(KEY);
    return key >= 0 && text.indexOf(KEY_END, key) < 0 ? key : end;
  }

  private void write(byte[] buffer, int length, OutputStream out) throws IOException {
    if (length == 0) {
      return;
    }
    // All that tokens are made of is ASCII.
    String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    List<Tokens.Found> found = Tokens.in(text);
    found.forEach(it -> tell(masked, line + lines(text, it.at()), it.kind()));
    look(buffer, length);
    if (found.isEmpty()) {
      out.write(buffer, 0, length);
    } else {
      out.write(Tokens.mask(text).getBytes(StandardCharsets.ISO_8859_1));
    }
    line += lines(text, text.length());
  }

  /** Looks for declared secrets, which are UTF-8. */
  private void look(byte[] buffer, int length) {
    if (secrets.none()) {
      return;
    }
    String text = new String(buffer, 0, length, StandardCharsets.UTF_8);
    secrets.found(text).forEach(it -> tell(declared, line + lines(text, it.at()), it.name()));
  }

  private static long lines(String text, int until) {
    long lines = 0;
    for (int at = text.indexOf('\n'); at >= 0 && at < until; at = text.indexOf('\n', at + 1)) {
      lines++;
    }
    return lines;
  }

  private static void tell(List<Masked> list, long line, String what) {
    if (list.size() < MOST_TOLD) {
      list.add(new Masked(line, what));
    }
  }

  /** Counts all, and writes no more than it may. */
  private static final class Limited extends FilterOutputStream {
    private final long most;
    private long written;

    Limited(OutputStream out, long most) {
      super(out);
      this.most = most;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      written += length;
      if (written <= most) {
        out.write(bytes, offset, length);
      }
    }
  }
}
