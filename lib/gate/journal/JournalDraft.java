package gate.journal;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import gate.base.Reason;
import gate.base.Secrets;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A journal that is put together from others and written as a whole: its entries have the times of
 * those that they come from. Like {@link Journal} it holds no secrets and nothing that looks like a
 * token.
 */
public final class JournalDraft {
  private static final int BUFFER = 1 << 16;

  private final MaskedLines lines;
  private final List<Entry> entries = new ArrayList<>();

  public JournalDraft(Secrets secrets) {
    this.lines = new MaskedLines(secrets);
  }

  /** Adds an entry behind those that are there. */
  public void add(Instant at, long millis, Event event) {
    entries.add(new Entry(entries.size() + 1L, at, millis, lines.of(event).event()));
  }

  /** All so far. */
  public List<Entry> entries() {
    return Collections.unmodifiableList(entries);
  }

  /**
   * Writes them to a new file, and to the disk.
   *
   * @throws JournalFailed if they can't be, or if the file is there
   */
  public void write(Path file) {
    try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
      for (Entry entry : entries) {
        out.write(Lines.line(entry, Lines.fields(entry.event())));
      }
      out.flush();
      channel.force(true);
    } catch (IOException e) {
      throw new JournalFailed("cannot write the journal " + file + ": " + Reason.of(e), e);
    }
  }
}
