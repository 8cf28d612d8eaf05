package gate.kernel.process;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The guardian as a subreaper: whatever is started below it stays below it, until one thread here
 * has taken its exit status. So two things hold that all else rests on: a child's pid can't be
 * given to another process while the monitor is held, and no child left means no descendant left.
 */
final class LinuxNest implements Nest {
  private static final long KILLING = Duration.ofSeconds(5).toNanos();
  private static final long LOOK_AGAIN = Duration.ofMillis(2).toNanos();
  private static final int NAMED = 100;
  private static final int SIGINFO_PID = 16;
  private static final int SIGINFO_STATUS = 24;
  private static final int SIGINFO_CODE = 8;
  private static final int EXITED = 1;

  private record Running(int id, int pid) {}

  private final Exits exits;
  private final int gateSession;
  private final int self = Libc.pid();
  private final Proc proc = new Proc();
  private final Launcher launcher = new Launcher();

  // All below is guarded by `monitor`, which is notified whenever one of them changes.
  private final Object monitor = new Object();
  private final Map<Integer, Running> running = new HashMap<>();
  private final Map<Integer, Running> byId = new HashMap<>();
  private long reaped;

  /**
   * @param gateSession the session that the guardian left when it made its own
   */
  LinuxNest(Exits exits, int gateSession) {
    this.exits = exits;
    this.gateSession = gateSession;
    Thread reaper =
        new Thread("reaper") {
          @Override
          public void run() {
            reap();
          }
        };
    reaper.setDaemon(true);
    reaper.start();
  }

  @Override
  public long spawn(int id, Order order) throws SpawnFailed {
    String program = Commands.find(order);
    Commands.checkFiles(order);
    int pid;
    synchronized (monitor) {
      pid = launcher.start(program, order);
      if (pid > 0) {
        Running child = new Running(id, pid);
        running.put(pid, child);
        byId.put(id, child);
        monitor.notifyAll();
      }
    }
    if (pid <= 0) {
      throw Commands.explain(order, program, -pid);
    }
    return pid;
  }

  /**
   * Looks at an ended child first, and takes its status under the monitor, so that none of the
   * other methods sees a pid that is free already.
   */
  private void reap() {
    ByteBuffer info = Libc.memory(128);
    long address = Libc.address(info);
    while (true) {
      if (Libc.waitForAny(address, Libc.WAIT_EXITED | Libc.WAIT_LEAVE) != 0) {
        awaitChild();
        continue;
      }
      int pid = info.getInt(SIGINFO_PID);
      int status = info.getInt(SIGINFO_STATUS);
      Exit exit = info.getInt(SIGINFO_CODE) == EXITED ? Exit.ofCode(status) : Exit.ofSignal(status);
      Running child;
      synchronized (monitor) {
        if (!Libc.reap(pid)) {
          continue; // one that posix_spawn couldn't start, and took back itself
        }
        child = running.remove(pid);
        if (child != null) {
          byId.remove(child.id());
        }
        reaped++;
        monitor.notifyAll();
      }
      if (child != null) {
        exits.exited(child.id(), exit, empty());
      }
    }
  }

  private void awaitChild() {
    synchronized (monitor) {
      while (empty()) {
        pause(0);
      }
    }
  }

  @Override
  public boolean empty() {
    return Libc.waitForAny(0, Libc.WAIT_EXITED | Libc.WAIT_LEAVE | Libc.WAIT_NO_HANG) != 0;
  }

  @Override
  public List<Survivor> sweep(Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    while (true) {
      long seen = reaped();
      if (empty() || strays(look()).isEmpty() && !childless()) {
        return List.of();
      }
      if (System.nanoTime() - deadline >= 0) {
        Map<Integer, Survivor> named = new LinkedHashMap<>();
        nameStuck(kill(this::strays, this::childless, named), named);
        return List.copyOf(named.values());
      }
      awaitReap(seen, deadline);
    }
  }

  /** Whether no spawned process runs: then whatever is below the guardian is a stray. */
  private boolean childless() {
    synchronized (monitor) {
      return running.isEmpty();
    }
  }

  @Override
  public List<Survivor> clear(Duration grace) {
    Map<Integer, Survivor> named = new LinkedHashMap<>();
    if (!grace.isZero() && !empty()) {
      long deadline = System.nanoTime() + grace.toNanos();
      Processes processes = look();
      name(strays(processes), named);
      terminate(below(processes));
      for (long seen = reaped(); !empty() && System.nanoTime() - deadline < 0; seen = reaped()) {
        awaitReap(seen, deadline);
      }
    }
    if (!empty()) {
      name(strays(look()), named);
      nameStuck(kill(this::below, () -> true, null), named);
    }
    if (!empty() && named.isEmpty()) {
      named.put(0, new Survivor(0, "[a process that /proc doesn't show]"));
    }
    return List.copyOf(named.values());
  }

  @Override
  public void end(int id, Duration grace) {
    Running child;
    synchronized (monitor) {
      child = byId.get(id);
    }
    if (child != null) {
      Aside.run("end " + child.pid(), () -> end(child, grace));
    }
  }

  private void end(Running child, Duration grace) {
    Map<Integer, Stat> tree = new HashMap<>();
    if (!grace.isZero()) {
      long deadline = System.nanoTime() + grace.toNanos();
      terminate(tree(child, tree, look()));
      while (System.nanoTime() - deadline < 0) {
        long seen = reaped();
        if (tree(child, tree, look()).isEmpty()) {
          return;
        }
        awaitReap(seen, deadline);
      }
    }
    kill(processes -> tree(child, tree, processes), () -> false, null);
  }

  /**
   * What is left of a child's tree: the child and what is below it, its session, what is in {@code
   * known}, and what is below that. All found is added to {@code known}, so that the tree stays
   * known when its upper parts are gone.
   */
  private List<Stat> tree(Running child, Map<Integer, Stat> known, Processes processes) {
    List<Stat> tree = new ArrayList<>();
    synchronized (monitor) {
      Running now = running.get(child.pid());
      boolean current = now == null || now == child; // else its pid is another child's by now
      for (Stat stat : below(processes)) {
        boolean member =
            processes.within(
                stat,
                self,
                at ->
                    current && (at.pid() == child.pid() || at.session() == child.pid())
                        || at.same(known.get(at.pid())));
        if (member) {
          tree.add(stat);
        }
      }
    }
    for (Stat stat : tree) {
      known.put(stat.pid(), stat);
    }
    return tree;
  }

  /** All processes but those of the gate's session, which nothing below the guardian can be in. */
  private Processes look() {
    return proc.look(gateSession);
  }

  /** All that runs below the guardian, the oldest first. */
  private List<Stat> below(Processes processes) {
    List<Stat> below = processes.below(self);
    below.removeIf(stat -> !stat.alive());
    below.sort(Comparator.comparingLong(Stat::start).thenComparing(Stat::pid));
    return below;
  }

  /** What runs below the guardian, and neither below a running child nor in the session of one. */
  private List<Stat> strays(Processes processes) {
    List<Stat> strays = below(processes);
    synchronized (monitor) {
      strays.removeIf(stat -> processes.within(stat, self, this::ofRunning) || !proc.alive(stat));
    }
    return strays;
  }

  private boolean ofRunning(Stat stat) {
    return running.containsKey(stat.pid()) || running.containsKey(stat.session());
  }

  private void terminate(Collection<Stat> processes) {
    for (Stat stat : processes) {
      proc.signal(stat, Signals.TERM);
      proc.signal(stat, Signals.CONT);
    }
  }

  private interface Choice {
    List<Stat> of(Processes processes);
  }

  /**
   * Kills what is chosen, and what it forks meanwhile, until nothing is; gives what is left when
   * time is up.
   *
   * @param all whether everything is chosen: then it ends only when there is no child any more,
   *     which is a proof, where two looks that find nothing are none
   * @param named takes the survivors' names, each before it is killed; may be null
   */
  private List<Stat> kill(Choice choice, BooleanSupplier all, Map<Integer, Survivor> named) {
    long deadline = System.nanoTime() + KILLING;
    int nothing = 0;
    while (true) {
      long seen = reaped();
      Processes processes = look();
      List<Stat> chosen = choice.of(processes);
      nothing = chosen.isEmpty() ? nothing + 1 : 0;
      boolean proof = all.getAsBoolean();
      if (empty() || !proof && nothing == 2 || System.nanoTime() - deadline >= 0) {
        return chosen;
      }
      if (named != null) {
        name(chosen, named);
      }
      killGroups(chosen, processes);
      for (Stat stat : chosen) {
        proc.signal(stat, Signals.KILL);
      }
      if (proof && chosen.isEmpty()) {
        hunt(named);
      }
      awaitReap(seen, System.nanoTime() + LOOK_AGAIN);
    }
  }

  private void hunt(Map<Integer, Survivor> named) {
    synchronized (monitor) {
      proc.hunt(
          self,
          stat -> {
            boolean prey = !running.containsKey(stat.pid());
            if (prey && named != null) {
              name(List.of(stat), named);
            }
            return prey;
          });
    }
  }

  /**
   * Kills whole process groups, which no fork can slip through, where a group has nothing in it but
   * what is chosen.
   */
  private void killGroups(List<Stat> chosen, Processes processes) {
    Set<Integer> groups = new HashSet<>();
    for (Stat stat : chosen) {
      groups.add(stat.group());
    }
    Set<Stat> wanted = new HashSet<>(chosen);
    for (Stat stat : processes.all()) {
      if (stat.alive() && !wanted.contains(stat)) {
        groups.remove(stat.group());
      }
    }
    for (int group : groups) {
      if (group > 1 && group != self) {
        Libc.kill(-group, Signals.KILL);
      }
    }
  }

  private void name(List<Stat> processes, Map<Integer, Survivor> named) {
    for (Stat stat : processes) {
      if (named.size() < NAMED && !named.containsKey(stat.pid())) {
        named.put(stat.pid(), proc.name(stat));
      }
    }
  }

  private void nameStuck(List<Stat> processes, Map<Integer, Survivor> named) {
    for (Stat stat : processes) {
      named.put(stat.pid(), proc.nameStuck(stat));
    }
  }

  private long reaped() {
    synchronized (monitor) {
      return reaped;
    }
  }

  /** Waits until a child has ended since {@code seen} was read, or the deadline is over. */
  private void awaitReap(long seen, long deadline) {
    synchronized (monitor) {
      for (long left = 1; reaped == seen && left > 0; ) {
        left = deadline - System.nanoTime();
        if (left > 0) {
          pause(left);
        }
      }
    }
  }

  private void pause(long nanos) {
    try {
      if (nanos == 0) {
        monitor.wait();
      } else {
        monitor.wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the guardian's threads", e);
    }
  }
}
