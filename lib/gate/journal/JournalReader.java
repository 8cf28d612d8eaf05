package gate.journal;

import gate.base.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads journals of every format up to {@link Format#VERSION}. */
public final class JournalReader {
  private static final int BUFFER = 1 << 16;
  private static final String KIND = "\"event\":\"";

  private JournalReader() {}

  /**
   * All entries. A torn last line, without its line feed, is dropped; anything else that isn't an
   * entry is an error.
   *
   * @throws JournalFailed with a sentence naming file and line
   */
  public static List<Entry> read(Path file) {
    return read(file, _ -> true);
  }

  /**
   * The entries that tell what a run came to: all but those of actions, of processes, and of steps
   * that start.
   *
   * @throws JournalFailed as {@link #read} does, save for what it doesn't look at
   */
  public static List<Entry> outcomes(Path file) {
    return read(file, JournalReader::tellsOutcomes);
  }

  private static boolean tellsOutcomes(String line) {
    int kind = line.indexOf(KIND) + KIND.length();
    return !line.startsWith("action\"", kind)
        && !line.startsWith("process-", kind)
        && !line.startsWith("step-started\"", kind);
  }

  private static List<Entry> read(Path file, Predicate<String> wanted) {
    List<Entry> entries = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = new byte[BUFFER];
      int held = 0;
      int number = 0;
      for (int got; (got = in.read(bytes, held, bytes.length - held)) >= 0; ) {
        int from = 0;
        for (int i = held; i < held + got; i++) {
          if (bytes[i] == '\n') {
            String line = new String(bytes, from, i - from, StandardCharsets.UTF_8);
            number++;
            if (wanted.test(line)) {
              entries.add(entry(file, number, line));
            }
            from = i + 1;
          }
        }
        held += got - from;
        System.arraycopy(bytes, from, bytes, 0, held);
        if (held == bytes.length) {
          bytes = Arrays.copyOf(bytes, 2 * held);
        }
      }
    } catch (IOException e) {
      throw new JournalFailed("cannot read the journal " + file + ": " + Reason.of(e), e);
    }
    if (entries.isEmpty()) {
      throw new JournalFailed(
          "the journal %s is empty: the run was cut off before its first entry, and there is nothing of it to read or to go on with"
              .formatted(file),
          null);
    }
    return List.copyOf(entries);
  }

  /** The entry in a line, counted from 1. */
  static Entry entry(Path file, int line, String text) {
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
      Whole.check((Record) entry.event());
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
