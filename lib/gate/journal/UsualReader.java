package gate.journal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What earlier journals tell of durations. It reads the few lines that it needs of each, none that
 * is very long, and no journal beyond its first mebibytes; what it can't read tells nothing.
 */
public final class UsualReader {
  private static final int MOST_JOURNALS = 10;
  private static final long MOST_BYTES = 8L << 20;
  private static final int LONGEST_LINE = 1 << 16;

  /** Within its first bytes each line says what it is. */
  private static final int HEAD = 160;

  private final Map<String, List<Long>> legs = new HashMap<>();
  private final Map<String, Map<String, List<Long>>> steps = new HashMap<>();

  private UsualReader() {}

  /** What is usual by the first few of these journals. */
  public static Usual usual(List<Path> newestFirst) {
    UsualReader reader = new UsualReader();
    newestFirst.stream().limit(MOST_JOURNALS).forEach(reader::read);
    return Usual.of(reader.legs, reader.steps);
  }

  private void read(Path journal) {
    Map<String, String> names = new HashMap<>();
    if (!Files.isRegularFile(journal)) {
      return;
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(journal), 1 << 16)) {
      byte[] line = new byte[LONGEST_LINE];
      int length = 0;
      for (long at = 0; at < MOST_BYTES; at++) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        if (next != '\n') {
          if (length < LONGEST_LINE) {
            line[length] = (byte) next;
          }
          length++;
        } else {
          if (length <= LONGEST_LINE) {
            take(line, length, names);
          }
          length = 0;
        }
      }
    } catch (IOException e) {
      // what was read tells what it tells
    }
  }

  private void take(byte[] line, int length, Map<String, String> names) {
    String head = new String(line, 0, Math.min(HEAD, length), StandardCharsets.UTF_8);
    if (!head.contains("\"event\":\"step-started\"")
        && !head.contains("\"event\":\"step-finished\"")
        && !head.contains("\"event\":\"leg-finished\"")) {
      return;
    }
    try {
      take(Lines.read(new String(line, 0, length, StandardCharsets.UTF_8)).event(), names);
    } catch (IllegalArgumentException | NullPointerException e) {
      // a line of somebody else's
    }
  }

  private void take(Event event, Map<String, String> names) {
    switch (event) {
      case Event.StepStarted step -> names.put(step.step() + " " + step.leg(), step.name());
      case Event.StepFinished step when step.outcome() == Outcome.PASSED -> {
        String name = names.getOrDefault(step.step() + " " + step.leg(), "");
        Map<String, List<Long>> own = steps.computeIfAbsent(step.leg(), _ -> new HashMap<>());
        own.computeIfAbsent(name, _ -> new ArrayList<>()).add(step.millis());
      }
      case Event.LegFinished leg when leg.outcome() == Outcome.PASSED ->
          legs.computeIfAbsent(leg.leg(), _ -> new ArrayList<>()).add(leg.millis());
      default -> {}
    }
  }
}
