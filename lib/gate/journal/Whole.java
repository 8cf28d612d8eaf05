package gate.journal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sees that nothing is missing in what was read: no field of a record, however deep, is null. */
final class Whole {
  private static final Map<Class<?>, List<Method>> FIELDS = new ConcurrentHashMap<>();

  private Whole() {}

  /**
   * @throws IllegalArgumentException naming the first field that is missing
   */
  static void check(Record record) {
    for (Method field : FIELDS.computeIfAbsent(record.getClass(), Whole::fields)) {
      check(field.getName(), value(record, field));
    }
  }

  private static void check(String name, Object value) {
    switch (value) {
      case null -> throw new IllegalArgumentException("`%s` is missing".formatted(name));
      case Record inner -> check(inner);
      case List<?> list -> list.forEach(item -> check(name, item));
      case Map<?, ?> map -> map.values().forEach(item -> check(name, item));
      default -> {}
    }
  }

  /** Those that may hold nothing. */
  private static List<Method> fields(Class<?> type) {
    List<Method> fields = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (!component.getType().isPrimitive()) {
        component.getAccessor().setAccessible(true);
        fields.add(component.getAccessor());
      }
    }
    return List.copyOf(fields);
  }

  private static Object value(Record record, Method field) {
    try {
      return field.invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }
}
