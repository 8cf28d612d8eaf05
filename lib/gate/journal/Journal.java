package gate.journal;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import gate.base.Reason;
import gate.base.Secrets;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The run's only truth: {@code events.jsonl}, appended by any thread in one order. An entry is in
 * the file before {@link #append} returns and before a listener sees it; the starts and ends of
 * runs and the ends of legs are on the disk. File and listeners get it without secrets and what
 * looks like a token.
 */
public final class Journal implements AutoCloseable {
  private final Path file;
  // No channel: one is closed for all by the interrupt of any thread that writes to it.
  private final FileOutputStream out;
  private final Clock clock;
  private final MaskedLines lines;
  private final Moments moments = new Moments();
  private final long start;
  private final MessageDigest written;
  private final List<Consumer<Entry>> listeners = new CopyOnWriteArrayList<>();
  private final Object key;
  private long size;
  private long seq;
  private boolean finished;
  private JournalFailed broken;

  private Journal(
      Path file, FileOutputStream out, Clock clock, Secrets secrets, long seq, long millis)
      throws IOException {
    this.lines = new MaskedLines(secrets);
    this.file = file;
    this.out = out;
    this.clock = clock;
    this.seq = seq;
    this.start = System.nanoTime() - millis * 1_000_000;
    BasicFileAttributes attributes = attributes(file);
    this.key = attributes.fileKey();
    this.size = attributes.size();
    this.written = digest(file);
  }

  /** The same for a run without secrets. */
  public static Journal create(Path file, Clock clock) {
    return create(file, clock, Secrets.NONE);
  }

  /** Creates the journal of a new run; a file that is there already is an error. */
  public static Journal create(Path file, Clock clock, Secrets secrets) {
    try {
      Files.createFile(file);
      return new Journal(file, new FileOutputStream(file.toFile(), true), clock, secrets, 0, 0);
    } catch (IOException e) {
      throw new JournalFailed("cannot create the journal " + file + ": " + Reason.of(e), e);
    }
  }

  /**
   * Goes on with a journal, behind its last whole entry; the time between counts for nothing.
   *
   * @param entries what {@link JournalReader} read from it
   */
  public static Journal resume(Path file, List<Entry> entries, Clock clock, Secrets secrets) {
    try {
      if (!attributes(file).isRegularFile()) {
        throw new JournalFailed("the journal " + file + " is no regular file", null);
      }
      FileOutputStream out = new FileOutputStream(file.toFile(), true);
      dropTornLine(out.getChannel(), Files.readAllBytes(file));
      Entry last = entries.getLast();
      return new Journal(file, out, clock, secrets, last.seq(), last.millis());
    } catch (IOException e) {
      throw new JournalFailed("cannot go on with the journal " + file + ": " + Reason.of(e), e);
    }
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
  }

  private static void dropTornLine(FileChannel file, byte[] bytes) throws IOException {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    file.truncate(end);
  }

  /** The listener is called in the journal's order, one entry at a time. */
  public void listen(Consumer<Entry> listener) {
    listeners.add(listener);
  }

  /** Milliseconds since the run's start. */
  public long millis() {
    return (System.nanoTime() - start) / 1_000_000;
  }

  /**
   * @throws JournalFailed if it couldn't be written, now or earlier
   * @throws IllegalStateException after the run's end
   */
  public void append(Event event) {
    MaskedLines.Masked masked = lines.of(event); // the longest part: it holds up no other thread
    synchronized (this) {
      append(entry(masked.event()), masked.fields());
    }
  }

  /** An event as {@link #append(Entry)} writes it, where nothing else is appended before. */
  public synchronized Entry next(Event event) {
    return entry(lines.of(event).event());
  }

  /**
   * Appends what {@link #next} gave.
   *
   * @throws JournalFailed if it couldn't be written, now or earlier
   * @throws IllegalStateException after the run's end, or where something else was appended since
   */
  public synchronized void append(Entry next) {
    if (next.seq() != seq + 1) {
      throw new IllegalStateException("entry %d isn't the next".formatted(next.seq()));
    }
    append(next, lines.of(next.event()).fields());
  }

  private Entry entry(Event event) {
    return new Entry(seq + 1, clock.instant(), millis(), event);
  }

  private void append(Entry entry, byte[] fields) {
    Event event = entry.event();
    if (broken != null) {
      throw broken;
    }
    if (finished) {
      throw new IllegalStateException("the run has ended");
    }
    finished = event instanceof Event.RunFinished;
    seq = entry.seq();
    try {
      byte[] line = Lines.line(entry, moments.text(entry.at()), fields);
      out.write(line);
      size += line.length;
      written.update(line);
      if (decides(event)) {
        out.getFD().sync();
        checkPlace();
      }
    } catch (IOException e) {
      broken = new JournalFailed("cannot write the journal " + file + ": " + Reason.of(e), e);
      throw broken;
    }
    for (Consumer<Entry> listener : listeners) {
      listener.accept(entry);
    }
  }

  /** What was written may be out of everybody's reach by now, or not alone. */
  private void checkPlace() throws IOException {
    BasicFileAttributes now;
    try {
      now = attributes(file);
    } catch (NoSuchFileException e) {
      throw altered("deleted");
    }
    if (!Objects.equals(key, now.fileKey()) || now.size() != size) {
      throw altered("changed or replaced");
    }
  }

  private JournalFailed altered(String done) {
    broken =
        new JournalFailed(
            "the journal isn't what was written to it: something else %s %s".formatted(done, file),
            null);
    return broken;
  }

  private static boolean decides(Event event) {
    return event instanceof Event.LegFinished
        || event instanceof Event.RunStarted
        || event instanceof Event.RunResumed
        || event instanceof Event.RunFinished;
  }

  /**
   * Reads back what was written.
   *
   * @throws JournalFailed if the file is gone, is another one, or holds anything else
   */
  public synchronized void check() {
    try {
      byte[] told = ((MessageDigest) written.clone()).digest();
      if (Objects.equals(key, attributes(file).fileKey())
          && MessageDigest.isEqual(told, digest(file).digest())) {
        return;
      }
    } catch (IOException | CloneNotSupportedException e) {
      // said below
    }
    throw altered("changed, replaced or deleted");
  }

  private static MessageDigest digest(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        digest.update(buffer, 0, got);
      }
    }
    return digest;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new JournalFailed("cannot close the journal " + file + ": " + Reason.of(e), e);
    }
  }
}
