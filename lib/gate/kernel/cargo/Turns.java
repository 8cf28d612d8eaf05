package gate.kernel.cargo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Who may build in a workspace, and when: one at a time, and nobody what would put another file
 * where running tests look for an executable of their package ({@code CARGO_BIN_EXE_…}), which lies
 * at one place whatever its features are. For any thread.
 */
public final class Turns {
  private final Map<Path, Workspace> workspaces = new ConcurrentHashMap<>();

  /** One workspace's; guarded by its lock. */
  private static final class Workspace {
    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();
    final List<Tests> running = new ArrayList<>();
    final List<What> waiting = new ArrayList<>();
    boolean building;

    /** The running tests that a build has to wait for. */
    Optional<What> disturbed(What what) {
      return running.stream().filter(what::disturbs).map(Tests::what).findFirst();
    }

    /** Whether somebody has waited longer, whom these tests would keep waiting. */
    boolean behind(What what) {
      return waiting.stream()
          .takeWhile(it -> it != what)
          .anyMatch(it -> it.disturbs(new Tests(what, false)));
    }

    void set(Runnable change) {
      lock.lock();
      try {
        change.run();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * What decides which executables a build leaves, and where. Each is another one: two that are
   * alike aren't equal.
   */
  public static final class What {
    private final Optional<String> packageName;
    private final List<String> place;
    private final List<String> how;
    private final Map<String, String> settings = new TreeMap<>();

    /**
     * @param packageName whose; empty: those of any
     * @param profile in whose folder they are put
     * @param how the command, but for what of the package is built
     * @param env cargo's, from which it takes the variables of cargo and the compiler
     */
    public What(
        Optional<String> packageName, String profile, List<String> how, Map<String, String> env) {
      this.packageName = packageName;
      this.place = List.of(profile, env.getOrDefault("CARGO_TARGET_DIR", ""));
      this.how = List.copyOf(how);
      env.forEach((name, value) -> {
        if (decides(name)) {
          settings.put(name, value);
        }
      });
    }

    private static boolean decides(String name) {
      return name.startsWith("CARGO") && !name.startsWith("CARGO_TERM_")
          || name.startsWith("RUST") && !name.startsWith("RUST_");
    }

    private boolean disturbs(Tests tests) {
      What other = tests.what;
      return place.equals(other.place)
          && (packageName.isEmpty() || packageName.equals(other.packageName))
          && (tests.anew || !how.equals(other.how) || !settings.equals(other.settings));
    }
  }

  /**
   * Tests that run.
   *
   * @param anew whether each build makes what they start anew
   */
  private record Tests(What what, boolean anew) {}

  /** A build. */
  @FunctionalInterface
  public interface Build<T, E extends Exception> {
    T run() throws E;
  }

  /**
   * Builds when nobody else does and no running tests mind.
   *
   * @param waits hears why, in a sentence for a log, where it has to wait for tests
   */
  public <T, E extends Exception> T build(
      Path workspace, What what, Consumer<String> waits, Build<T, E> build) throws E {
    Workspace at = workspaces.computeIfAbsent(workspace, _ -> new Workspace());
    boolean told = false;
    at.lock.lock();
    try {
      at.waiting.add(what);
      while (at.building || at.disturbed(what).isPresent() || at.behind(what)) {
        Optional<What> tests = at.disturbed(what);
        if (tests.isPresent() && !told) {
          told = true;
          waits.accept(
              "waits for tests that may start what was built by `%s`"
                  .formatted(String.join(" ", tests.get().how)));
        }
        at.changed.awaitUninterruptibly();
      }
      at.building = true;
    } finally {
      at.waiting.remove(what);
      at.changed.signalAll();
      at.lock.unlock();
    }
    try {
      return build.run();
    } finally {
      at.set(() -> at.building = false);
    }
  }

  /**
   * Within its build: tests of it are about to run, until {@link #ended}.
   *
   * @param anew whether each build makes what they may start anew
   */
  void begin(Path workspace, What what, boolean anew) {
    Workspace at = workspaces.get(workspace);
    at.set(() -> at.running.add(new Tests(what, anew)));
  }

  /** The tests of it no longer run, if they ever did. */
  void ended(Path workspace, What what) {
    Workspace at = workspaces.get(workspace);
    if (at != null) {
      at.set(() -> at.running.removeIf(it -> it.what == what));
    }
  }
}
