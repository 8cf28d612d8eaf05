package gate.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Which leg belongs to which shard: a function of the plan and of durations that all shards know,
 * and of nothing else. Legs that need each other, or share a lock, stay together. Of those groups
 * the longest is placed first, each where the least is to do.
 */
final class Shards {
  private final List<Item> items;
  private final int[] leader;

  private Shards(List<Item> items) {
    this.items = items;
    this.leader = new int[items.size()];
  }

  /**
   * A leg.
   *
   * @param needs the legs that it stays together with
   * @param locks it stays together with those that have one of them, too
   * @param weight how long it lasts, in any unit; 0 where it doesn't run
   */
  record Item(String leg, List<String> needs, List<String> locks, long weight) {}

  private record Group(int first, long weight, List<Integer> members) {}

  private record Load(int shard, long weight) {}

  /** The shard of each leg, from 1, in the legs' order. */
  static List<Integer> of(List<Item> items, int count) {
    return new Shards(items).placed(count);
  }

  private List<Integer> placed(int count) {
    PriorityQueue<Load> loads =
        new PriorityQueue<>(Comparator.comparingLong(Load::weight).thenComparing(Load::shard));
    for (int shard = 1; shard <= count; shard++) {
      loads.add(new Load(shard, 0));
    }
    Integer[] shards = new Integer[items.size()];
    for (Group group : groups()) {
      Load least = loads.remove();
      group.members().forEach(member -> shards[member] = least.shard());
      loads.add(new Load(least.shard(), least.weight() + group.weight()));
    }
    return List.of(shards);
  }

  /** The heaviest first; of those as heavy, the one that begins first in the plan. */
  private List<Group> groups() {
    join();
    Map<Integer, List<Integer>> members = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      members.computeIfAbsent(leader(i), _ -> new ArrayList<>()).add(i);
    }
    return members.values().stream()
        .map(it ->
            new Group(it.getFirst(), it.stream().mapToLong(i -> items.get(i).weight()).sum(), it))
        .sorted(Comparator.comparingLong(Group::weight).reversed().thenComparing(Group::first))
        .toList();
  }

  private void join() {
    Map<String, Integer> legs = new HashMap<>();
    for (int i = 0; i < leader.length; i++) {
      leader[i] = i;
      legs.put(items.get(i).leg(), i);
    }
    Map<String, Integer> locks = new HashMap<>();
    for (int i = 0; i < leader.length; i++) {
      for (String need : items.get(i).needs()) {
        join(i, legs.getOrDefault(need, i));
      }
      for (String lock : items.get(i).locks()) {
        join(i, locks.getOrDefault(lock, i));
        locks.put(lock, i);
      }
    }
  }

  private void join(int one, int other) {
    leader[leader(one)] = leader(other);
  }

  private int leader(int of) {
    int at = of;
    while (leader[at] != at) {
      leader[at] = leader[leader[at]];
      at = leader[at];
    }
    return at;
  }
}
