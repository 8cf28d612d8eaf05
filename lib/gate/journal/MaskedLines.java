package gate.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import gate.base.Secrets;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Events, each text in them fit to be shown. For any thread. */
final class MaskedLines {
  private static final String CHANGED = "changed";

  private final Secrets secrets;
  private final ObjectMapper mapper;

  MaskedLines(Secrets secrets) {
    this.secrets = secrets;
    SimpleModule texts = new SimpleModule("texts");
    texts.addSerializer(String.class, serializer(JsonGenerator::writeString));
    texts.addKeySerializer(String.class, serializer(JsonGenerator::writeFieldName));
    this.mapper = Lines.mapper().registerModule(texts);
  }

  /** An event without what nobody may see, and its fields as {@link Lines#line} wants them. */
  record Masked(Event event, byte[] fields) {}

  Masked of(Event event) {
    return PlainFields.of(event, secrets)
        .map(fields -> new Masked(event, fields))
        .orElseGet(() -> masked(event));
  }

  private Masked masked(Event event) {
    AtomicBoolean changed = new AtomicBoolean();
    try {
      byte[] fields = mapper.writer().withAttribute(CHANGED, changed).writeValueAsBytes(event);
      return new Masked(changed.get() ? Lines.event(fields, event.getClass()) : event, fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Writing {
    void write(JsonGenerator to, String text) throws IOException;
  }

  private JsonSerializer<String> serializer(Writing writing) {
    return new JsonSerializer<>() {
      @Override
      public void serialize(String text, JsonGenerator to, SerializerProvider by)
          throws IOException {
        String shown = secrets.shown(text);
        if (!shown.equals(text)) {
          ((AtomicBoolean) by.getAttribute(CHANGED)).set(true);
        }
        writing.write(to, shown);
      }
    };
  }
}
