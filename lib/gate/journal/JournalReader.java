package gate.journal;

import gate.base.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads journals of every format up to {@link Format#VERSION}. */
public final class JournalReader {
  private JournalReader() {}

  /**
   * All entries. A torn last line, without its line feed, is dropped; anything else that isn't an
   * entry is an error.
   *
   * @throws JournalFailed with a sentence naming file and line
   */
  public static List<Entry> read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new JournalFailed("cannot read the journal " + file + ": " + Reason.of(e), e);
    }
    List<Entry> entries = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        entries.add(entry(file, entries.size() + 1, text(bytes, from, i)));
        from = i + 1;
      }
    }
    if (entries.isEmpty()) {
      throw new JournalFailed("the journal " + file + " is empty", null);
    }
    return List.copyOf(entries);
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static Entry entry(Path file, int line, String text) {
    if (line == 1) {
      refuseNewer(file, text);
    }
    try {
      Entry entry = Lines.read(text);
      if (entry.seq() != line) {
        throw new IllegalArgumentException(
            "entry " + entry.seq() + " stands where " + line + " belongs");
      }
      if ((line == 1) != (entry.event() instanceof Event.RunStarted)) {
        throw new IllegalArgumentException("`run-started` stands first and only there");
      }
      return entry;
    } catch (IllegalArgumentException e) {
      throw new JournalFailed(file + ":" + line + ": " + e.getMessage(), e);
    }
  }

  private static void refuseNewer(Path file, String text) {
    var format = Pattern.compile("\"format\":(\\d{1,9})").matcher(text);
    if (format.find() && Integer.parseInt(format.group(1)) > Format.VERSION) {
      throw new JournalFailed(
          "%s has format %s; this gate reads up to %d: use a newer gate"
              .formatted(file, format.group(1), Format.VERSION),
          null);
    }
  }
}
