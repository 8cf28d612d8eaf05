package gate.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives spans that overlap different numbers, as few as can be, from 0 in each group. */
final class Lanes {
  private final Map<String, List<Long>> until = new HashMap<>();

  /** The first lane of a group that is free; spans are asked for by when they began. */
  int of(String group, Span span) {
    List<Long> lanes = until.computeIfAbsent(group, _ -> new ArrayList<>());
    for (int lane = 0; lane < lanes.size(); lane++) {
      if (lanes.get(lane) <= span.from()) {
        lanes.set(lane, span.until());
        return lane;
      }
    }
    lanes.add(span.until());
    return lanes.size() - 1;
  }
}
