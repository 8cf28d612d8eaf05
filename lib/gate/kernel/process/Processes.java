package gate.kernel.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** All processes at one moment. Not safe for use by several threads. */
final class Processes {
  private final Map<Integer, Stat> byPid = new HashMap<>();
  private final Set<Integer> leftOut = new HashSet<>();

  void put(Stat stat) {
    byPid.put(stat.pid(), stat);
  }

  /** That one is there, and of no interest. */
  void leaveOut(int pid) {
    leftOut.add(pid);
  }

  void remove(int pid) {
    byPid.remove(pid);
  }

  Stat get(int pid) {
    return byPid.get(pid);
  }

  Iterable<Stat> all() {
    return byPid.values();
  }

  /** Those whose parent isn't among them. */
  List<Stat> torn() {
    List<Stat> torn = new ArrayList<>();
    for (Stat stat : byPid.values()) {
      if (stat.parent() > 0 && !known(stat.parent())) {
        torn.add(stat);
      }
    }
    return torn;
  }

  private boolean known(int pid) {
    return byPid.containsKey(pid) || leftOut.contains(pid);
  }

  /** Whether it, or something above it and below {@code root}, is {@code wanted}. */
  boolean within(Stat stat, int root, Predicate<Stat> wanted) {
    Stat at = stat;
    for (int depth = byPid.size(); at != null && at.pid() != root && depth > 0; depth--) {
      if (wanted.test(at)) {
        return true;
      }
      at = byPid.get(at.parent());
    }
    return false;
  }

  /** Those below that process, itself not included, ended ones included. */
  List<Stat> below(int root) {
    List<Stat> below = new ArrayList<>();
    for (Stat stat : byPid.values()) {
      if (within(stat, root, at -> at.parent() == root)) {
        below.add(stat);
      }
    }
    return below;
  }
}
