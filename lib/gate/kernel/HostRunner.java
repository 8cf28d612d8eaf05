package gate.kernel;

import gate.base.Reason;
import gate.base.World;
import gate.host.Runner;
import gate.kernel.process.Child;
import gate.kernel.process.Exit;
import gate.kernel.process.Guardian;
import gate.kernel.process.GuardianLost;
import gate.kernel.process.Spawn;
import gate.kernel.process.SpawnFailed;
import gate.plan.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks the host's programs by way of a guardian, so that none outlives the gate. The guardian is
 * started with the first of them. A gate that is told to end closes it on its way out.
 */
public final class HostRunner implements Runner, AutoCloseable {
  private static final Duration TO_DIE = Duration.ofSeconds(5);
  private static final int PAGE = 4096;
  private static final int MOST_OUTPUT = 16 * 1024 * 1024;
  private static final int MOST_ERRORS = 64 * 1024;

  private final Map<String, String> env;
  private final AtomicInteger number = new AtomicInteger();
  private final Thread end = new Thread(this::end, "end of the host's programs");
  private final boolean hooked;
  private final long mark = Guardian.mark();
  private volatile boolean ending;
  // Guarded by this.
  private TempFolder temp;
  private Guardian guardian;

  public HostRunner(World world) {
    this(Environment.of(world));
  }

  private HostRunner(Map<String, String> env) {
    this.env = env;
    this.hooked = hooked();
  }

  private boolean hooked() {
    try {
      Runtime.getRuntime().addShutdownHook(end);
      return true;
    } catch (IllegalStateException e) {
      return false; // the gate is on its way out already: who asks now closes it
    }
  }

  /** For a cluster's commands, which find it by variables of their own. */
  public static HostRunner ofCluster(World world) {
    return new HostRunner(world.env());
  }

  @Override
  public synchronized Path folder() {
    if (temp == null) {
      try {
        temp = TempFolder.create(Path.of(""), mark); // which tells of the guardian's processes
      } catch (Broken e) {
        throw new Refused(e.getMessage());
      }
    }
    return temp.path();
  }

  private synchronized Guardian guardian() {
    if (guardian == null) {
      guardian = Guardian.start(mark);
    }
    return guardian;
  }

  /**
   * @throws Refused where the guardian is lost, or the folder can't be used: nothing is known of
   *     the host then
   */
  @Override
  public Ran run(Call call) {
    try {
      return asked(call);
    } catch (GuardianLost e) {
      throw new Refused("the host can't be asked: %s; run this again".formatted(e.getMessage()));
    } finally {
      while (ending) {
        LockSupport.park(); // what was cut off tells nothing of the host
      }
    }
  }

  private Ran asked(Call call) {
    String id = "host-" + number.incrementAndGet();
    Path out = folder().resolve(id + ".out");
    Path err = folder().resolve(id + ".err");
    try {
      Optional<Path> in = Optional.empty();
      if (!call.input().isEmpty()) {
        in = Optional.of(Files.writeString(folder().resolve(id + ".in"), call.input()));
      }
      Child child =
          guardian()
              .spawn(new Spawn(id, call.argv(), env, call.where(), out, Optional.of(err), in));
      Optional<Exit> exit = await(child, call.most());
      String how =
          exit.map(Exit::describe)
              .orElseGet(() -> "no end within %d ms".formatted(call.most().toMillis()));
      Optional<Integer> code =
          exit.filter(it -> it.code().isPresent()).map(it -> it.code().getAsInt());
      if (!code.equals(Optional.of(0))) {
        Path page = folder().resolve(id + ".space"); // or else it may have failed for want of that
        Files.write(page, new byte[PAGE]);
        Files.delete(page);
      }
      return new Ran(code, how, text(out, MOST_OUTPUT), text(err, MOST_ERRORS));
    } catch (SpawnFailed e) {
      return new Ran(Optional.empty(), e.getMessage(), "", "");
    } catch (IOException e) {
      throw new Refused(
          "the host can't be asked by way of %s: %s".formatted(folder(), Reason.of(e)));
    }
  }

  /** How it ended; empty where it had to be ended. */
  private static Optional<Exit> await(Child child, Duration most) {
    try {
      try {
        return Optional.of(child.exit().get(most.toNanos(), TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        child.end(Duration.ZERO);
        child.exit().get(TO_DIE.toNanos(), TimeUnit.NANOSECONDS);
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      child.end(Duration.ZERO);
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof GuardianLost lost ? lost : new IllegalStateException(e);
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }

  private static String text(Path file, int most) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(most), StandardCharsets.UTF_8);
    }
  }

  /** Ends what still runs. */
  @Override
  public void close() {
    try {
      if (hooked) {
        Runtime.getRuntime().removeShutdownHook(end);
      }
    } catch (IllegalStateException e) {
      return; // it runs already
    }
    clear();
  }

  private void end() {
    ending = true;
    clear();
  }

  private synchronized void clear() {
    if (guardian != null) {
      guardian.close();
      guardian = null;
    }
    if (temp != null) {
      try {
        temp.close();
      } catch (Broken e) {
        // the next gate deletes it, or says why not
      }
      temp = null;
    }
  }
}
