package gate.definition;

import gate.base.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** Finds circles among names that point to names; without recursion, however long a chain is. */
final class Cycles {
  /**
   * A name's pointing to another.
   *
   * @param to the other
   * @param position where that is written
   */
  record Edge(String to, Position position) {}

  /**
   * A circle.
   *
   * @param names its names; the last points to the first, which is the earliest of the file
   * @param position where the first points to the second
   */
  record Cycle(List<String> names, Position position) {
    /** {@code a → b → a}. */
    String shown() {
      return "`" + String.join(" → ", names) + " → " + names.getFirst() + "`";
    }
  }

  private final Map<String, List<Edge>> edges;
  private final Map<String, Integer> open = new HashMap<>();
  private final Map<String, List<String>> back = new HashMap<>();
  private final SequencedSet<String> left;
  private final ArrayDeque<String> done = new ArrayDeque<>();

  private Cycles(Map<String, List<Edge>> edges) {
    this.edges = edges;
    this.left = new LinkedHashSet<>(edges.keySet());
    edges.forEach((from, targets) -> {
      open.put(from, targets.size());
      targets.forEach(it -> back.computeIfAbsent(it.to(), _ -> new ArrayList<>()).add(from));
      if (targets.isEmpty()) {
        done.add(from);
      }
    });
  }

  /**
   * One circle for each knot, in the order of the names.
   *
   * @param edges each name's edges, which lead to names that are keys here
   */
  static List<Cycle> in(Map<String, List<Edge>> edges) {
    Cycles cycles = new Cycles(edges);
    List<Cycle> found = new ArrayList<>();
    cycles.clear();
    while (!cycles.left.isEmpty()) {
      Cycle cycle = cycles.next();
      found.add(cycle);
      cycles.done.addAll(cycle.names());
      cycles.clear();
    }
    return found;
  }

  /** Takes out what leads nowhere, over and over; what stays leads into a circle. */
  private void clear() {
    while (!done.isEmpty()) {
      String name = done.remove();
      if (left.remove(name)) {
        for (String from : back.getOrDefault(name, List.of())) {
          if (open.merge(from, -1, Integer::sum) == 0) {
            done.add(from);
          }
        }
      }
    }
  }

  private Cycle next() {
    SequencedSet<String> path = new LinkedHashSet<>();
    String name = left.getFirst();
    while (path.add(name)) {
      name = onward(name).to();
    }
    List<String> names = new ArrayList<>(path);
    names = new ArrayList<>(names.subList(names.indexOf(name), names.size()));
    Collections.rotate(names, -names.indexOf(earliest(names)));
    return new Cycle(names, onward(names.getFirst()).position());
  }

  private Edge onward(String name) {
    for (Edge edge : edges.getOrDefault(name, List.of())) {
      if (left.contains(edge.to())) {
        return edge;
      }
    }
    throw new IllegalStateException(name + " is in no circle");
  }

  private String earliest(List<String> names) {
    LinkedHashSet<String> members = new LinkedHashSet<>(names);
    for (String name : left) {
      if (members.contains(name)) {
        return name;
      }
    }
    throw new IllegalStateException(names + " are done");
  }
}
