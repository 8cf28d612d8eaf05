package gate.journal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Entries as lines of JSON: {@code seq}, {@code at}, {@code ms}, {@code event}, then its fields.
 */
final class Lines {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Absent())
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final Map<String, Class<?>> BY_NAME = new TreeMap<>();
  private static final Map<Class<?>, String> NAMES = new HashMap<>();

  static {
    for (Class<?> type : Event.class.getPermittedSubclasses()) {
      BY_NAME.put(name(type), type);
      NAMES.put(type, name(type));
    }
  }

  private Lines() {}

  /** Writes events; a copy of its own. */
  static ObjectMapper mapper() {
    return JSON.copy();
  }

  /** The event of a kind with these fields. */
  static Event event(byte[] fields, Class<? extends Event> kind) {
    try {
      return JSON.readValue(fields, kind);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An event's fields, as {@link #line} wants them. */
  static byte[] fields(Event event) {
    try {
      return JSON.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The entry's line with its line feed, in UTF-8.
   *
   * @param at its time as a text
   */
  static byte[] line(Entry entry, String at, byte[] fields) {
    String start =
        "{\"seq\":"
            + entry.seq()
            + ",\"at\":\""
            + at
            + "\",\"ms\":"
            + entry.millis()
            + ",\"event\":\""
            + NAMES.get(entry.event().getClass())
            + (fields.length == "{}".length() ? "\"" : "\",");
    byte[] head = start.getBytes(StandardCharsets.UTF_8);
    byte[] line = Arrays.copyOf(head, head.length + fields.length);
    System.arraycopy(fields, 1, line, head.length, fields.length - 1);
    line[line.length - 1] = '\n';
    return line;
  }

  /**
   * @throws IllegalArgumentException if the line is none of ours
   */
  static Entry read(String text) {
    try {
      JsonNode line = JSON.readTree(text);
      if (!(line instanceof ObjectNode object) || !object.path("event").isTextual()) {
        throw new IllegalArgumentException("not an entry of a journal");
      }
      Class<?> type = BY_NAME.get(object.get("event").asText());
      if (type == null) {
        throw new IllegalArgumentException("unknown event `" + object.get("event").asText() + "`");
      }
      Event event = (Event) JSON.treeToValue(object, type);
      return new Entry(
          object.path("seq").asLong(),
          Instant.parse(object.path("at").asText()),
          object.path("ms").asLong(),
          event);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "not an entry as the gate writes it, something else did or the disk is damaged: "
              + e.getOriginalMessage().lines().findFirst().orElse("it can't be read"),
          e);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** {@code RunStarted} as {@code run-started}. */
  private static String name(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /** The only optional in events is a number of milliseconds. */
  private static final class Absent extends SimpleModule {
    private static final long serialVersionUID = 1;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Absent() {
      addSerializer(
          (Class) Optional.class,
          new JsonSerializer<Optional>() {
            @Override
            public void serialize(Optional value, JsonGenerator to, SerializerProvider by)
                throws IOException {
              if (value.isPresent()) {
                to.writeNumber((Long) value.get());
              } else {
                to.writeNull();
              }
            }
          });
      addDeserializer(
          Optional.class,
          new JsonDeserializer<Optional>() {
            @Override
            public Optional deserialize(JsonParser from, DeserializationContext by)
                throws IOException {
              return Optional.of(from.getLongValue());
            }

            @Override
            public Optional getNullValue(DeserializationContext by) {
              return Optional.empty();
            }
          });
    }
  }
}
