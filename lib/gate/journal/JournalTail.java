package gate.journal;

import gate.base.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a journal as it grows; it may not be there yet, and its last line may be torn. */
public final class JournalTail {
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final long most;
  private final ByteArrayOutputStream torn = new ByteArrayOutputStream();
  private long read;
  private int lines;

  public JournalTail(Path file) {
    this(file, Long.MAX_VALUE);
  }

  /**
   * The same of one that somebody else may have made.
   *
   * @param most how many bytes it may have
   */
  public JournalTail(Path file, long most) {
    this.file = file;
    this.most = most;
  }

  /**
   * The entries that have come since the last time, each as soon as its line is whole.
   *
   * @throws JournalFailed if what stands there is no journal, or isn't what stood there before
   */
  public List<Entry> more() {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new JournalFailed("the journal " + file + " is no regular file", null);
    }
    List<Entry> entries = new ArrayList<>();
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      if (in.length() > most) {
        throw new JournalFailed(
            "the journal %s is longer than %d bytes".formatted(file, most), null);
      }
      if (in.length() < read - torn.size()) {
        throw new JournalFailed("the journal " + file + " is shorter than it was", null);
      }
      if (in.length() < read) { // somebody goes on with it, without the torn line
        read -= torn.size();
        torn.reset();
      }
      in.seek(read);
      byte[] bytes = new byte[BUFFER];
      for (int got = in.read(bytes); got > 0; got = in.read(bytes)) {
        read += got;
        take(bytes, got, entries);
      }
    } catch (IOException e) {
      throw new JournalFailed("cannot read the journal " + file + ": " + Reason.of(e), e);
    }
    return entries;
  }

  private void take(byte[] bytes, int count, List<Entry> entries) {
    int from = 0;
    for (int i = 0; i < count; i++) {
      if (bytes[i] == '\n') {
        torn.write(bytes, from, i - from);
        entries.add(JournalReader.entry(file, ++lines, torn.toString(StandardCharsets.UTF_8)));
        torn.reset();
        from = i + 1;
      }
    }
    torn.write(bytes, from, count - from);
  }
}
