package gate.kernel.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a dead guardian leaves: its processes, which are the gate's children now. They are told from
 * the gate's own children, and from what those left, by the {@link Mark} of guardians; where no
 * mark could be set, by their session, which is never the gate's.
 */
final class Orphans {
  private static final long KILLING = Duration.ofSeconds(5).toNanos();
  private static final int CALM = 2;
  private static final int LOOK_AGAIN_MILLIS = 1;

  private final int self = Libc.pid();
  private final Proc proc = new Proc();
  private final long limit = Libc.lockLimit();
  private final boolean marked;
  private final Set<Long> guardians;

  /**
   * @param marked whether the dead guardian had a mark
   * @param guardians the pids of the guardians that live
   */
  Orphans(boolean marked, Set<Long> guardians) {
    this.marked = marked;
    this.guardians = guardians;
  }

  /**
   * Kills and reaps them until none is found; gives those that are left when time is up. Nobody but
   * us reaps them, so one that forks its successor and ends gives itself away by what it leaves.
   */
  List<Survivor> clear() {
    long deadline = System.nanoTime() + KILLING;
    int calm = 0;
    while (true) {
      List<Stat> found = find();
      calm = found.isEmpty() ? calm + 1 : 0;
      if (calm == CALM) {
        return List.of();
      }
      boolean alive = false;
      for (Stat stat : found) {
        alive |= stat.alive();
        end(stat);
      }
      if (!alive) {
        hunt();
      }
      if (System.nanoTime() - deadline >= 0) {
        return found.stream().filter(Stat::alive).map(proc::nameStuck).toList();
      }
      pause();
    }
  }

  private void end(Stat stat) {
    if (stat.alive()) {
      if (marked && stat.group() > 1) {
        Libc.kill(-stat.group(), Signals.KILL);
      }
      proc.signal(stat, Signals.KILL);
    } else if (stat.parent() == self) {
      Libc.reap(stat.pid());
    }
  }

  private void hunt() {
    Stat gate = proc.stat(self);
    proc.hunt(self, stat -> !guardians.contains((long) stat.pid()) && left(stat, gate));
  }

  private List<Stat> find() {
    Processes processes = proc.look();
    Stat gate = processes.get(self);
    List<Stat> found = new ArrayList<>();
    for (Stat stat : processes.below(self)) {
      if ((stat.alive() || stat.parent() == self)
          && !processes.within(stat, self, at -> guardians.contains((long) at.pid()))
          && processes.within(stat, self, at -> left(at, gate))) {
        found.add(stat);
      }
    }
    return found;
  }

  private boolean left(Stat stat, Stat gate) {
    return marked
        ? Mark.marked(proc.lockLimit(stat.pid()), limit)
        : gate != null && stat.session() != gate.session();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
