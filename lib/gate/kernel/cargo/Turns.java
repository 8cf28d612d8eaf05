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
    final List<What> tested = new ArrayList<>();
    boolean building;

    Optional<What> disturbed(What what) {
      return tested.stream().filter(what::disturbs).findFirst();
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
   * What decides which executables a build leaves.
   *
   * @param packageName whose; empty: those of any
   * @param how the command, but for what of the package is built
   * @param settings cargo's and the compiler's variables
   */
  public record What(Optional<String> packageName, List<String> how, Map<String, String> settings) {
    /** That of a build with these variables. */
    public static What of(Optional<String> packageName, List<String> how, Map<String, String> env) {
      Map<String, String> settings = new TreeMap<>(env);
      settings.keySet().removeIf(name -> !name.startsWith("CARGO") && !name.startsWith("RUST"));
      return new What(packageName, List.copyOf(how), Map.copyOf(settings));
    }

    private boolean disturbs(What tests) {
      boolean same = how.equals(tests.how) && settings.equals(tests.settings);
      return !same && (packageName.isEmpty() || packageName.equals(tests.packageName));
    }
  }

  /** A build. */
  @FunctionalInterface
  public interface Build<T, E extends Exception> {
    T run() throws E;
  }

  /** Why a build would have to wait for tests now, in a sentence for a log. */
  public Optional<String> waiting(Path workspace, What what) {
    Workspace at = at(workspace);
    at.lock.lock();
    try {
      return at.disturbed(what)
          .map(tests ->
              "waits for tests that may start what was built by `%s`"
                  .formatted(String.join(" ", tests.how())));
    } finally {
      at.lock.unlock();
    }
  }

  /** Builds when nobody else does and no running tests mind. */
  public <T, E extends Exception> T build(Path workspace, What what, Build<T, E> build) throws E {
    Workspace at = at(workspace);
    at.lock.lock();
    try {
      while (at.building || at.disturbed(what).isPresent()) {
        at.changed.awaitUninterruptibly();
      }
      at.building = true;
    } finally {
      at.lock.unlock();
    }
    try {
      return build.run();
    } finally {
      at.set(() -> at.building = false);
    }
  }

  /** Within its build: tests of it are about to run, until {@link #ended}. */
  void begin(Path workspace, What what) {
    Workspace at = at(workspace);
    at.set(() -> at.tested.add(what));
  }

  /** The tests of it no longer run. */
  void ended(Path workspace, What what) {
    Workspace at = at(workspace);
    at.set(() -> at.tested.remove(what));
  }

  private Workspace at(Path workspace) {
    return workspaces.computeIfAbsent(workspace, _ -> new Workspace());
  }
}
