package gate.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.journal.Event.ServerUsed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which servers tests say they talked to: a file named by {@value #VARIABLE}, to which they append
 * a line of JSON for each, with {@code service}, {@code url}, {@code version}, {@code commit} and
 * {@code origin} ({@code own} or {@code named}).
 */
final class Servers {
  static final String VARIABLE = "MATRIX_SERVERS";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_SERVERS = 100;
  private static final int LONGEST = 200;

  private Servers() {}

  /**
   * What the file says; nothing where there is none. Servers that the tests started count together.
   *
   * @throws Broken where it can't be read, or says something else
   */
  static List<ServerUsed> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    Map<ServerUsed, Integer> counts = new LinkedHashMap<>();
    int number = 0;
    for (String line : text(file).split("\n")) {
      number++;
      if (!line.isBlank()) {
        counts.merge(server(line, number), 1, Integer::sum);
      }
      if (counts.size() > MOST_SERVERS) {
        throw new Broken("the tests name more than %d servers".formatted(MOST_SERVERS));
      }
    }
    List<ServerUsed> used = new ArrayList<>();
    counts.forEach((it, count) ->
        used.add(
            new ServerUsed(it.service(), it.origin(), it.url(), it.version(), it.commit(), count)));
    return used;
  }

  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new Broken("the tests wrote more than 1 MiB about their servers");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Broken("cannot read what the tests say of their servers: " + e.getMessage());
    }
  }

  private static ServerUsed server(String line, int number) {
    try {
      JsonNode json = JSON.readTree(line);
      String origin = field(json, "origin", number);
      if (!origin.equals("own") && !origin.equals("named")) {
        throw wrong(number, "`origin` is `%s`, not `own` or `named`".formatted(origin));
      }
      return new ServerUsed(
          field(json, "service", number),
          origin,
          origin.equals("own") ? "" : field(json, "url", number),
          field(json, "version", number),
          field(json, "commit", number),
          1);
    } catch (JsonProcessingException e) {
      throw wrong(number, "it isn't JSON");
    }
  }

  private static String field(JsonNode json, String name, int number) {
    JsonNode value = json.path(name);
    if (!value.isTextual() || value.textValue().length() > LONGEST) {
      throw wrong(number, "`%s` isn't a text of at most %d characters".formatted(name, LONGEST));
    }
    return value.textValue();
  }

  private static Broken wrong(int number, String why) {
    return new Broken(
        "what the tests say of their servers (%s), line %d: %s".formatted(VARIABLE, number, why));
  }
}
