package gate.journal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How long legs and their steps usually take, in milliseconds: the medians of the attempts that
 * passed in earlier runs.
 *
 * @param legs by leg
 * @param steps by leg and the step's name
 */
public record Usual(Map<String, Long> legs, Map<String, Map<String, Long>> steps) {
  public static final Usual UNKNOWN = new Usual(Map.of(), Map.of());

  public Usual {
    legs = Map.copyOf(legs);
    steps = Map.copyOf(steps);
  }

  /** What so many lengths of time come to; what is without any stays unknown. */
  static Usual of(Map<String, List<Long>> legs, Map<String, Map<String, List<Long>>> steps) {
    Map<String, Map<String, Long>> inner = new HashMap<>();
    steps.forEach((leg, names) -> inner.put(leg, medians(names)));
    return new Usual(medians(legs), inner);
  }

  public OptionalLong leg(String leg) {
    return optional(legs.get(leg));
  }

  public OptionalLong step(String leg, String name) {
    return optional(steps.getOrDefault(leg, Map.of()).get(name));
  }

  private static Map<String, Long> medians(Map<String, List<Long>> lengths) {
    Map<String, Long> medians = new HashMap<>();
    lengths.forEach(
        (name, all) -> medians.put(name, all.stream().sorted().toList().get(all.size() / 2)));
    return Map.copyOf(medians);
  }

  private static OptionalLong optional(Long millis) {
    return millis == null ? OptionalLong.empty() : OptionalLong.of(millis);
  }
}
