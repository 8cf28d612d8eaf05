package gate.kernel;

import gate.journal.Event.ServerUsed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which servers tests say they talked to: {@code service}, {@code url}, {@code version}, {@code
 * commit} and {@code origin} ({@code own} or {@code named}).
 */
final class Servers {
  static final String VARIABLE = "MATRIX_SERVERS";

  private static final int MOST = 100;

  private Servers() {}

  /**
   * What the file says; nothing where there is none. Servers that the tests started count together.
   *
   * @throws Broken where it can't be read, or says something else
   */
  static List<ServerUsed> read(Path file) {
    Map<ServerUsed, Integer> counts = new LinkedHashMap<>();
    for (Said line : Said.read(VARIABLE, file)) {
      String origin = line.either("origin", "own", "named");
      ServerUsed server =
          new ServerUsed(
              line.text("service"),
              origin,
              origin.equals("own") ? "" : line.text("url"),
              line.text("version"),
              line.text("commit"),
              1);
      counts.merge(server, 1, Integer::sum);
      if (counts.size() > MOST) {
        throw new Broken("the tests name more than %d servers".formatted(MOST));
      }
    }
    List<ServerUsed> used = new ArrayList<>();
    counts.forEach((it, count) ->
        used.add(
            new ServerUsed(it.service(), it.origin(), it.url(), it.version(), it.commit(), count)));
    return used;
  }
}
