package gate.plan;

import gate.plan.Plan.PlannedLeg;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What of a whole plan is run here.
 *
 * @param kind {@code shard}, or {@code leg} where each leg is a part
 * @param index from 1
 * @param whole the whole plan, as far as it doesn't depend on the host
 * @param parts the part that runs each leg of it
 */
public record Part(String kind, int index, int count, List<PlannedLeg> whole, List<Integer> parts) {
  public Part {
    whole = List.copyOf(whole);
    parts = List.copyOf(parts);
  }

  /** Where its legs stand in the whole plan, from 1. */
  public List<Integer> places() {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) == index) {
        places.add(i + 1);
      }
    }
    return List.copyOf(places);
  }

  /** Its legs. */
  List<PlannedLeg> legs() {
    return places().stream().map(place -> whole.get(place - 1)).toList();
  }

  /** What its legs need and others run. */
  public List<String> assumed() {
    Set<String> own = new HashSet<>();
    legs().forEach(leg -> own.add(leg.leg().id()));
    return legs().stream()
        .flatMap(leg -> leg.needs().stream())
        .filter(need -> !own.contains(need))
        .distinct()
        .toList();
  }
}
