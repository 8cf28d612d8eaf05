package gate.report;

import gate.journal.Changes;
import gate.journal.Changes.Item;
import gate.journal.RunRecord;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What differs from an earlier run.
 *
 * @param run the earlier one's name
 * @param commit its commit
 * @param changes the first hundred of each kind
 * @param counts how many there are, by the names of the kinds
 */
public record Since(String run, String commit, Changes changes, Map<String, Integer> counts) {
  private static final int MOST = 100;

  /** From the earlier run to this one. */
  public static Since of(RunRecord before, RunRecord now) {
    Changes all = Changes.between(before, now);
    List<Item> gone = all.gone();
    if (!now.mark().isEmpty()) { // others weren't to run
      Set<String> legs = new HashSet<>();
      now.legs().forEach(leg -> legs.add(leg.plan().leg()));
      gone = gone.stream().filter(it -> legs.contains(it.leg())).toList();
    }
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("gone", gone.size());
    counts.put("flaky", all.flaky().size());
    counts.put("slower", all.slower().size());
    counts.put("fixed", all.fixed().size());
    counts.put("added", all.added().size());
    return new Since(
        before.started().run(),
        before.started().commit(),
        new Changes(
            first(all.added()),
            first(gone),
            first(all.slower()),
            first(all.flaky()),
            first(all.fixed())),
        counts);
  }

  /** How many of a kind there are. */
  int count(String kind) {
    return counts.getOrDefault(kind, 0);
  }

  private static <T> List<T> first(List<T> all) {
    return all.subList(0, Math.min(MOST, all.size()));
  }

  /** As {@code step › group name} behind its leg. */
  static String shown(Item item) {
    if (item.isLeg()) {
      return "the leg as a whole";
    }
    String name = (item.group() + " " + item.name()).strip();
    return item.step() + " › " + name + (item.number() > 1 ? " (" + item.number() + ")" : "");
  }
}
