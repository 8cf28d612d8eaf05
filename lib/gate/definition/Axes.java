package gate.definition;

import gate.definition.Found.Member;
import gate.definition.Found.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes a leg's axes out of what was found; what isn't right is left out. */
final class Axes {
  private Axes() {}

  /** The values by axis. */
  static Map<String, List<String>> in(Found leg) {
    Map<String, List<String>> axes = new LinkedHashMap<>();
    for (String name : leg.at("axes").entries().keySet()) {
      axes.put(name, leg.at("axes").scalars(name).stream().map(Scalar::text).toList());
    }
    return axes;
  }

  /** The excluded combinations. */
  static List<Map<String, String>> excluded(Found leg) {
    List<Map<String, String>> excluded = new ArrayList<>();
    for (Found entry : leg.at("exclude").list()) {
      Map<String, String> values = new LinkedHashMap<>();
      for (Map.Entry<String, Member> axis : entry.entries().entrySet()) {
        if (axis.getValue().value() instanceof Scalar value) {
          values.put(axis.getKey(), value.text());
        }
      }
      excluded.add(values);
    }
    return excluded;
  }
}
