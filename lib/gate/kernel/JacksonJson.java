package gate.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.dsl.Json;
import gate.dsl.StepFailed;
import java.util.ArrayList;
import java.util.List;

/** JSON by Jackson; {@code path} tells where the piece is, for messages. */
record JacksonJson(JsonNode node, String path) implements Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A whole text. */
  static JacksonJson parse(String text, String origin) {
    try {
      return new JacksonJson(MAPPER.readTree(text), origin);
    } catch (JsonProcessingException e) {
      throw new StepFailed("%s isn't JSON: %s".formatted(origin, e.getOriginalMessage()));
    }
  }

  @Override
  public Json at(String field) {
    JsonNode found = find(field);
    if (found.isMissingNode()) {
      throw new StepFailed("%s has no `%s`: %s".formatted(path, field, shown()));
    }
    return new JacksonJson(found, path + (field.startsWith("/") ? "" : "/") + field);
  }

  private JsonNode find(String field) {
    return field.startsWith("/") ? node.at(field) : node.path(field);
  }

  @Override
  public Json at(int index) {
    JsonNode found = node.path(index);
    if (found.isMissingNode()) {
      throw new StepFailed("%s has no item %d: %s".formatted(path, index, shown()));
    }
    return new JacksonJson(found, path + "/" + index);
  }

  @Override
  public boolean has(String field) {
    JsonNode found = find(field);
    return !found.isMissingNode() && !found.isNull();
  }

  @Override
  public String text() {
    if (!node.isValueNode() || node.isNull()) {
      throw other("a text");
    }
    return node.asText();
  }

  @Override
  public long number() {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw other("a whole number");
    }
    return node.longValue();
  }

  @Override
  public double decimal() {
    if (!node.isNumber()) {
      throw other("a number");
    }
    return node.doubleValue();
  }

  @Override
  public boolean flag() {
    if (!node.isBoolean()) {
      throw other("true or false");
    }
    return node.booleanValue();
  }

  @Override
  public List<Json> list() {
    if (!node.isArray()) {
      throw other("an array");
    }
    List<Json> pieces = new ArrayList<>();
    node.forEach(piece -> pieces.add(new JacksonJson(piece, path + "/" + pieces.size())));
    return pieces;
  }

  @Override
  public int size() {
    return node.size();
  }

  private StepFailed other(String wanted) {
    return new StepFailed("%s isn't %s: %s".formatted(path, wanted, shown()));
  }

  private String shown() {
    String text = node.toString();
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }

  @Override
  public String toString() {
    return node.isTextual() ? node.asText() : node.toString();
  }
}
