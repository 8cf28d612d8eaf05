package gate.dsl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A script's maps and lists with nothing of Groovy's in them. */
final class Plain {
  private Plain() {}

  static Object of(Object value) {
    return switch (value) {
      case null -> null;
      case Map<?, ?> map -> {
        Map<String, Object> plain = new LinkedHashMap<>();
        map.forEach((key, item) -> plain.put(String.valueOf(key), of(item)));
        yield plain;
      }
      case Iterable<?> items -> {
        List<Object> plain = new java.util.ArrayList<>();
        items.forEach(item -> plain.add(of(item)));
        yield plain;
      }
      case Number number -> number;
      case Boolean flag -> flag;
      default -> String.valueOf(value);
    };
  }
}
