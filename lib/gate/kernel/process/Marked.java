package gate.kernel.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The processes of a run whose gate and guardians were killed, told by the run's mark, whatever
 * became of their parents, sessions and environments. Linux only: elsewhere there are none to find.
 */
public final class Marked {
  private static final Duration KILLING = Duration.ofSeconds(5);
  private static final int CALM = 2;

  private final long mark;
  private final Proc proc = new Proc();

  private Marked(long mark) {
    this.mark = mark;
  }

  /** Those that run; ended ones that wait to be reaped don't count. */
  public static List<Survivor> find(long mark) {
    if (!Mark.possible(mark) || !Platform.whole()) {
      return List.of();
    }
    Marked marked = new Marked(mark);
    return marked.look().stream().map(marked.proc::name).toList();
  }

  /**
   * Ends them by SIGKILL, and what they fork meanwhile.
   *
   * @return what was ended
   * @throws Undying where some are left when time is up
   */
  public static List<Survivor> end(long mark) throws Undying {
    return Mark.possible(mark) && Platform.whole() ? new Marked(mark).end() : List.of();
  }

  /** Those that SIGKILL didn't end. */
  public static final class Undying extends Exception {
    private static final long serialVersionUID = 1;

    Undying(List<Survivor> left) {
      super("could not be ended: " + left);
    }
  }

  private List<Survivor> end() throws Undying {
    long deadline = System.nanoTime() + KILLING.toNanos();
    Map<Integer, Survivor> ended = new LinkedHashMap<>();
    for (int calm = 0; calm < CALM; ) {
      List<Stat> found = look();
      calm = found.isEmpty() ? calm + 1 : 0;
      for (Stat stat : found) {
        ended.computeIfAbsent(stat.pid(), _ -> proc.name(stat));
        proc.signal(stat, Signals.KILL);
      }
      if (!found.isEmpty() && System.nanoTime() - deadline >= 0) {
        throw new Undying(found.stream().map(proc::nameStuck).toList());
      }
      pause();
    }
    return List.copyOf(ended.values());
  }

  /**
   * The mark is read after the start time, which is compared once more when a signal is sent: a pid
   * that is given out anew in between is nobody's harm.
   */
  private List<Stat> look() {
    List<Stat> found = new ArrayList<>();
    for (Stat stat : proc.look().all()) {
      if (stat.alive() && proc.lockLimit(stat.pid()) == mark) {
        found.add(stat);
      }
    }
    return found;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
