package gate.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What tests say to the gate: a line of JSON each, appended to a file that an environment variable
 * names. Hostile until it is read.
 *
 * @param variable the file's
 * @param number the line's, from 1
 * @param json what it holds
 */
record Said(String variable, int number, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 1 << 20;
  private static final int LONGEST = 200;

  /**
   * The lines of a file; none where there is none.
   *
   * @throws Broken where it can't be read, or isn't JSON
   */
  static List<Said> read(String variable, Path file) {
    List<Said> lines = new ArrayList<>();
    if (!file.toFile().isFile()) {
      return lines;
    }
    int number = 0;
    for (String line : text(variable, file).split("\n")) {
      number++;
      if (!line.isBlank()) {
        try {
          lines.add(new Said(variable, number, JSON.readTree(line)));
        } catch (JsonProcessingException e) {
          throw new Said(variable, number, JSON.nullNode()).wrong("it isn't JSON");
        }
      }
    }
    return lines;
  }

  private static String text(String variable, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new Broken("the tests wrote more than 1 MiB to %s".formatted(variable));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Broken(
          "cannot read what the tests wrote to %s: %s".formatted(variable, e.getMessage()));
    }
  }

  /** A field's text, at most 200 characters. */
  String text(String name) {
    JsonNode value = json.path(name);
    if (!value.isTextual() || value.textValue().length() > LONGEST) {
      throw wrong("`%s` isn't a text of at most %d characters".formatted(name, LONGEST));
    }
    return value.textValue();
  }

  /** A field's text, which is one of two. */
  String either(String name, String one, String other) {
    String text = text(name);
    if (!text.equals(one) && !text.equals(other)) {
      throw wrong("`%s` is `%s`, not `%s` or `%s`".formatted(name, text, one, other));
    }
    return text;
  }

  /** A field's number, greater than 0. */
  long number(String name) {
    JsonNode value = json.path(name);
    if (!value.canConvertToLong() || value.longValue() < 1) {
      throw wrong("`%s` isn't a number greater than 0".formatted(name));
    }
    return value.longValue();
  }

  private Broken wrong(String why) {
    return new Broken("what the tests wrote to %s, line %d: %s".formatted(variable, number, why));
  }
}
