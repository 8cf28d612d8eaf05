package gate.definition;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Copies that can't be changed and keep the file's order, which {@code Map.copyOf} doesn't. */
final class Ordered {
  private Ordered() {}

  static <V> Map<String, V> map(Map<String, V> values) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  static Set<String> set(Collection<String> values) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(values));
  }
}
