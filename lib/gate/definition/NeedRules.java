package gate.definition;

import gate.base.Shown;
import gate.definition.Found.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What holds between legs that need each other. */
final class NeedRules {
  private NeedRules() {}

  static void check(Found root, Problems problems) {
    Map<String, List<Cycles.Edge>> needs = new LinkedHashMap<>();
    Map<String, Found.Member> legs = root.at("legs").entries();
    legs.keySet().forEach(name -> needs.put(name, new ArrayList<>()));
    legs.forEach((name, leg) -> {
      for (Scalar need : leg.value().scalars("needs")) {
        if (need.text().equals(name)) {
          problems.add(need.position(), "leg `" + name + "` needs itself", "remove it");
        } else if (needs.containsKey(need.text())) {
          needs.get(name).add(new Cycles.Edge(need.text(), need.position()));
        } else {
          problems.unknown(
              need.position(),
              String.format(
                  "unknown leg %s in `needs` of leg `%s`", Shown.value(need.text()), name),
              need.text(),
              needs.keySet());
        }
      }
    });
    for (Cycles.Cycle cycle : Cycles.in(needs)) {
      problems.add(
          cycle.position(),
          "legs need each other in a circle: " + cycle.shown(),
          "remove one of these `needs`");
    }
  }
}
