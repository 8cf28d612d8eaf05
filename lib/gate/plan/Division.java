package gate.plan;

import gate.base.Shown;
import gate.plan.Plan.Decision;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Shards.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Divides a whole plan into parts, and takes one. */
final class Division {
  private final List<PlannedLeg> legs;

  private Division(List<PlannedLeg> legs) {
    this.legs = legs;
  }

  /**
   * The part that a share is; empty: all of it.
   *
   * @throws Refused where there is no such part
   */
  static Optional<Part> of(List<PlannedLeg> legs, Share share) {
    Division division = new Division(legs);
    return switch (share) {
      case Share.All _ -> Optional.empty();
      case Share.Shard shard -> Optional.of(division.shard(shard));
      case Share.OneLeg one -> Optional.of(division.one(one.leg()));
    };
  }

  private Part shard(Share.Shard shard) {
    return new Part(
        "shard",
        shard.index(),
        shard.count(),
        legs,
        Shards.of(items(shard.millis()), shard.count()));
  }

  private List<Item> items(Map<String, Long> millis) {
    long median = median(millis);
    return legs.stream()
        .map(leg -> {
          boolean runs = leg.decision() == Decision.RUN;
          String id = leg.leg().id();
          long weight = runs ? Math.max(1, millis.getOrDefault(id, median)) : 0;
          return new Item(id, leg.needs(), runs ? leg.leg().locks() : List.of(), weight);
        })
        .toList();
  }

  /** What a leg is taken to last that nobody has seen yet. */
  private long median(Map<String, Long> millis) {
    List<Long> known =
        legs.stream()
            .map(leg -> millis.get(leg.leg().id()))
            .filter(it -> it != null)
            .sorted()
            .toList();
    return known.isEmpty() ? 1 : known.get(known.size() / 2);
  }

  /** Those that don't run are the first part's, so that somebody tells of them. */
  private Part one(String id) {
    List<Integer> parts = new ArrayList<>();
    int count = 0;
    int index = 0;
    for (PlannedLeg leg : legs) {
      count += leg.decision() == Decision.RUN ? 1 : 0;
      parts.add(leg.decision() == Decision.RUN ? count : 1);
      if (leg.leg().id().equals(id)) {
        index = parts.getLast();
        refuseUnlessRun(leg);
      }
    }
    if (index == 0) {
      throw new Refused(
          "--part names one leg by its whole id, and %s is none; `matrix list` shows them"
              .formatted(Shown.value(id)));
    }
    return new Part("leg", index, count, legs, parts);
  }

  private static void refuseUnlessRun(PlannedLeg leg) {
    if (leg.decision() != Decision.RUN) {
      throw new Refused(
          "--part %s: that leg doesn't run: %s; ask for those that `matrix plan` shows as `run`"
              .formatted(leg.leg().id(), leg.why()));
    }
  }
}
