package gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.Secrets;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("An event's fields, written the short way,")
class PlainFieldsTest {
  private static final Secrets SECRETS = Secrets.of(Map.of("KEY", "hunter22"));

  private static final Set<Class<?>> COMMON =
      Set.of(
          Event.StepStarted.class,
          Event.Action.class,
          Event.ProcessStarting.class,
          Event.ProcessStarted.class,
          Event.ProcessEnded.class,
          Event.StepFinished.class,
          Event.CaseFinished.class);

  private static final List<String> PLAIN =
      List.of("", "a", "s 10", "legs/leg1/10-s10.log", "say \"hi\"", "C:\\temp\\", "\\", "\"", "~");

  private static final List<String> WILD =
      List.of(
          "ä",
          "\n",
          "\t\r\b\f",
          "\u0000",
          "\u001B[31m",
          "\u007F",
          "\u2028",
          "😀",
          "\uD800",
          "\uDC00x",
          "x\uD83D",
          "</script>",
          "/",
          "hunter22",
          "ghp_" + "aB3".repeat(12));

  private final Random random = new Random(7);

  static Stream<Class<?>> kinds() {
    return Arrays.stream(Event.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void are_those_that_the_long_way_writes(Class<?> kind) throws Exception {
    int plain = 0;
    MaskedLines masked = new MaskedLines(Secrets.NONE);
    for (int i = 0; i < 500; i++) {
      Event event = (Event) some(kind, i % 2 == 0 ? PLAIN : both());
      Optional<byte[]> fields = PlainFields.of(event, Secrets.NONE);
      plain += fields.isPresent() ? 1 : 0;
      fields.ifPresent(it -> assertThat(text(it)).isEqualTo(text(Lines.fields(event))));
      assertThat(text(masked.of(event).fields())).doesNotContain("ghp_");
    }
    assertThat(plain > 200).as("%d of 500 were plain", plain).isEqualTo(COMMON.contains(kind));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void hide_what_the_long_way_hides(Class<?> kind) throws Exception {
    MaskedLines masked = new MaskedLines(SECRETS);
    for (int i = 0; i < 200; i++) {
      assertThat(text(masked.of((Event) some(kind, both())).fields())).doesNotContain("hunter22");
    }
  }

  @Test
  void are_whole_where_an_event_has_no_text_but_its_name() {
    assertThat(PlainFields.of(new Event.ProcessStarted("p", 7), Secrets.NONE))
        .hasValueSatisfying(it -> assertThat(text(it)).isEqualTo("{\"id\":\"p\",\"pid\":7}"));
  }

  private static String text(byte[] fields) {
    return new String(fields, StandardCharsets.UTF_8);
  }

  private List<String> both() {
    return Stream.concat(PLAIN.stream(), WILD.stream()).toList();
  }

  private Object some(Type type, List<String> texts) throws ReflectiveOperationException {
    return switch (type) {
      case ParameterizedType it when it.getRawType() == List.class -> {
        List<Object> list = new ArrayList<>();
        for (int n = random.nextInt(3); n > 0; n--) {
          list.add(some(it.getActualTypeArguments()[0], texts));
        }
        yield list;
      }
      case ParameterizedType it when it.getRawType() == Map.class ->
          Map.of("name", some(it.getActualTypeArguments()[1], texts));
      case ParameterizedType it when it.getRawType() == Optional.class ->
          random.nextBoolean() ? Optional.empty() : Optional.of(random.nextLong());
      case Class<?> it when it == String.class -> texts.get(random.nextInt(texts.size()));
      case Class<?> it when it == int.class || it == Integer.class -> random.nextInt();
      case Class<?> it when it == long.class -> random.nextLong();
      case Class<?> it when it == boolean.class -> random.nextBoolean();
      case Class<?> it when it.isEnum() ->
          it.getEnumConstants()[random.nextInt(it.getEnumConstants().length)];
      case Class<?> it when it.isRecord() -> someRecord(it, texts);
      default -> throw new AssertionError("a field of a new type: " + type);
    };
  }

  private Object someRecord(Class<?> kind, List<String> texts) throws ReflectiveOperationException {
    List<Class<?>> types = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : kind.getRecordComponents()) {
      types.add(component.getType());
      values.add(some(component.getGenericType(), texts));
    }
    var constructor = kind.getDeclaredConstructor(types.toArray(Class<?>[]::new));
    constructor.setAccessible(true);
    return constructor.newInstance(values.toArray());
  }
}
