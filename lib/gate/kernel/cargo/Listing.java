package gate.kernel.cargo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What libtest prints for {@code --list --format terse}: a line {@code NAME: test} each. */
final class Listing {
  private static final String TEST = ": test";
  private static final String BENCH = ": benchmark";

  private Listing() {}

  /**
   * The names of the tests, in their order; benchmarks are run once by a test run, and stand here
   * too.
   *
   * @return empty where the text holds anything else
   */
  static Optional<List<String>> parse(String text) {
    List<String> names = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.endsWith(TEST)) {
        names.add(line.substring(0, line.length() - TEST.length()));
      } else if (line.endsWith(BENCH)) {
        names.add(line.substring(0, line.length() - BENCH.length()));
      } else if (!line.isBlank()) {
        return Optional.empty();
      }
    }
    return Optional.of(names);
  }

  /** In the list's order: tests that run side by side end in another each time. */
  static <V> Map<String, V> ordered(Set<String> listed, Map<String, V> byName) {
    Map<String, V> ordered = new LinkedHashMap<>();
    listed.stream().filter(byName::containsKey).forEach(it -> ordered.put(it, byName.get(it)));
    byName.forEach(ordered::putIfAbsent);
    return ordered;
  }
}
