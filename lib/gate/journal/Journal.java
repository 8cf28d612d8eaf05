package gate.journal;

import gate.base.Reason;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
 * the file before {@link #append} returns and before a listener sees it; {@link Event.LegFinished},
 * {@link Event.RunStarted} and {@link Event.RunFinished} are on the disk.
 */
public final class Journal implements AutoCloseable {
  private final Path file;
  // No channel: one is closed for all by the interrupt of any thread that writes to it.
  private final FileOutputStream out;
  private final Clock clock;
  private final Object key;
  private final MessageDigest written = sha256();
  private final long start = System.nanoTime();
  private final List<Consumer<Entry>> listeners = new CopyOnWriteArrayList<>();
  private long seq;
  private JournalFailed broken;

  private Journal(Path file, FileOutputStream out, Clock clock) throws IOException {
    this.file = file;
    this.key = key(file);
    this.out = out;
    this.clock = clock;
  }

  /** Creates the journal of a new run; a file that is there already is an error. */
  public static Journal create(Path file, Clock clock) {
    try {
      Files.createFile(file);
      return new Journal(file, new FileOutputStream(file.toFile(), true), clock);
    } catch (IOException e) {
      throw new JournalFailed("cannot create the journal " + file + ": " + Reason.of(e), e);
    }
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
   */
  public synchronized void append(Event event) {
    if (broken != null) {
      throw broken;
    }
    Entry entry = new Entry(++seq, clock.instant(), millis(), event);
    try {
      byte[] line = (Lines.write(entry) + "\n").getBytes(StandardCharsets.UTF_8);
      out.write(line);
      written.update(line);
      if (event instanceof Event.LegFinished
          || event instanceof Event.RunStarted
          || event instanceof Event.RunFinished) {
        out.getFD().sync();
      }
    } catch (IOException e) {
      broken = new JournalFailed("cannot write the journal " + file + ": " + Reason.of(e), e);
      throw broken;
    }
    for (Consumer<Entry> listener : listeners) {
      listener.accept(entry);
    }
  }

  /**
   * Reads back what was written.
   *
   * @throws JournalFailed if the file is gone, is another one, or holds anything else
   */
  public synchronized void check() {
    try {
      byte[] told = ((MessageDigest) written.clone()).digest();
      if (Objects.equals(key, key(file)) && MessageDigest.isEqual(told, digest(file))) {
        return;
      }
    } catch (IOException | CloneNotSupportedException e) {
      // said below
    }
    throw new JournalFailed(
        "the journal isn't what was written to it: something else changed, replaced or deleted %s"
            .formatted(file),
        null);
  }

  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private static byte[] digest(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        digest.update(buffer, 0, got);
      }
    }
    return digest.digest();
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
