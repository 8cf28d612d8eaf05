package gate.merge;

import gate.base.Secrets;
import gate.journal.Event.InputsRead;
import gate.journal.Event.PlannedLeg;
import gate.journal.PlanDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The whole that the parts make.
 *
 * @param legs every leg that one of them has, in the plan's order, each once
 * @param problems what is missing, doubled or foreign, a sentence each
 */
record Whole(List<Owned> legs, List<String> problems) {
  private static final int NAMED = 5;

  Whole {
    legs = List.copyOf(legs);
    problems = List.copyOf(problems);
  }

  /** A leg, and the part whose word on it is taken; the first, where several have it. */
  record Owned(int place, PlannedLeg leg, PartRun part) {}

  /** Puts parts together that are in an order which doesn't depend on where they lie. */
  static Whole of(List<PartRun> parts) {
    Map<Integer, Owned> byPlace = new TreeMap<>();
    Set<String> ids = new HashSet<>();
    List<String> problems = new ArrayList<>(present(parts));
    for (PartRun part : parts) {
      List<PlannedLeg> own = part.legs();
      for (int i = 0; i < own.size(); i++) {
        Owned owned = new Owned(part.place(i), own.get(i), part);
        Owned other = byPlace.putIfAbsent(owned.place(), owned);
        if (other != null || !ids.add(owned.leg().leg())) {
          if (other == null) {
            byPlace.remove(owned.place());
          }
          doubled(owned, other, problems);
        }
      }
    }
    List<Owned> legs = List.copyOf(byPlace.values());
    if (problems.isEmpty() && !parts.isEmpty()) {
      problems.addAll(complete(legs, parts.getFirst()));
    }
    return new Whole(legs, problems);
  }

  /** The legs of each part, by id. */
  Map<PartRun, Set<String>> owners() {
    Map<PartRun, Set<String>> owners = new IdentityHashMap<>();
    legs.forEach(it -> owners.computeIfAbsent(it.part(), _ -> new HashSet<>()).add(it.leg().leg()));
    return owners;
  }

  private static List<String> present(List<PartRun> parts) {
    if (parts.isEmpty()) {
      return List.of("there is no part of a run");
    }
    List<String> problems = new ArrayList<>();
    Map<Integer, List<PartRun>> byIndex = new TreeMap<>();
    parts.forEach(it -> byIndex.computeIfAbsent(it.part().index(), _ -> new ArrayList<>()).add(it));
    byIndex.values().stream()
        .filter(it -> it.size() > 1)
        .forEach(it ->
            problems.add(
                "%s is there %d times, of which only one can count: %s"
                    .formatted(
                        it.getFirst().label(),
                        it.size(),
                        it.stream().map(PartRun::where).collect(Collectors.joining(", ")))));
    int count = count(parts);
    List<Integer> missing =
        IntStream.rangeClosed(1, count).filter(it -> !byIndex.containsKey(it)).boxed().toList();
    if (!missing.isEmpty()) {
      problems.add(missing(missing, count, parts.getFirst().part().kind()));
    }
    return problems;
  }

  private static String missing(List<Integer> missing, int count, String kind) {
    String what = kind.equals("shard") ? "shard" : "part";
    String some =
        missing.stream()
            .limit(NAMED)
            .map(it -> "%s %d/%d".formatted(what, it, count))
            .collect(Collectors.joining(", "));
    return "%s%s missing; name the folder of each, or run it on the same commit"
        .formatted(
            some,
            missing.size() > NAMED
                ? " and %d more are".formatted(missing.size() - NAMED)
                : missing.size() > 1 ? " are" : " is");
  }

  /** The number that most of them tell of. */
  private static int count(List<PartRun> parts) {
    Map<Integer, Integer> votes = new HashMap<>();
    parts.forEach(it -> votes.merge(it.part().count(), 1, Integer::sum));
    return votes.entrySet().stream()
        .max(Map.Entry.<Integer, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .orElseThrow()
        .getKey();
  }

  /** Of parts that are doubled as a whole it is said already. */
  private static void doubled(Owned owned, Owned other, List<String> problems) {
    boolean said = other != null && other.part().part().index() == owned.part().part().index();
    if (!said && problems.stream().filter(it -> it.startsWith("leg `")).count() < NAMED) {
      problems.add(
          "leg `%s` of %s is in another part, too"
              .formatted(owned.leg().leg(), owned.part().where()));
    }
  }

  private static List<String> complete(List<Owned> legs, PartRun first) {
    int all = first.part().all();
    if (legs.size() != all) {
      return List.of(
          "%d of the plan's %d legs are in none of the parts".formatted(all - legs.size(), all));
    }
    List<String> problems = new ArrayList<>();
    String plan =
        PlanDigest.of(
            legs.stream().map(Owned::leg).toList(),
            legs.stream().map(it -> it.part().part().index()).toList(),
            Secrets.NONE);
    if (!plan.equals(first.part().plan())) {
      problems.add("the legs of all parts together aren't the plan that the parts tell of");
    }
    if (!first.started().dry()
        && !PlanDigest.ofScripts(scripts(legs)).equals(first.part().scripts())) {
      problems.add("the scripts of all parts together aren't those that the parts tell of");
    }
    return problems;
  }

  /** The script of each leg, as the part that ran it read it. */
  static Map<String, String> scripts(List<Owned> legs) {
    Map<String, String> scripts = new TreeMap<>();
    for (Owned it : legs) {
      scripts.put(
          it.leg().leg(),
          it.part()
              .run()
              .inputs()
              .map(InputsRead::scripts)
              .map(by -> by.get(it.leg().leg()))
              .orElse("unknown"));
    }
    return scripts;
  }
}
