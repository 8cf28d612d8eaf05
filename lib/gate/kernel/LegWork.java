package gate.kernel;

import gate.base.Secrets;
import gate.journal.Event;
import gate.journal.Journal;
import gate.journal.Outcome;
import gate.kernel.LegAttempt.End;
import gate.kernel.process.Child;
import gate.kernel.process.Exit;
import gate.kernel.process.Guardian;
import gate.kernel.process.GuardianLost;
import gate.kernel.process.Spawn;
import gate.kernel.process.SpawnFailed;
import gate.kernel.process.Survivor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one attempt of a leg shares: its guardian, its journal entries, and whether it was told to
 * stop.
 */
final class LegWork {
  /** How long a process gets between SIGTERM and SIGKILL. */
  static final Duration GRACE = Duration.ofSeconds(2);

  final String leg;
  final int attempt;
  final Guardian guardian;
  final Deadline deadline;
  final RunFolder folder;
  final Journal journal;
  final StepLogs logs;

  final Secrets secrets;

  /** The TMPDIR of its processes; what they leave there goes with it. */
  final Path temp;

  private final AtomicInteger processes = new AtomicInteger();
  private final Map<Child, Long> running = new ConcurrentHashMap<>();
  private volatile boolean cancelled;

  LegWork(
      String leg,
      int attempt,
      Guardian guardian,
      Deadline deadline,
      RunFolder folder,
      Journal journal,
      StepLogs logs,
      Path temp,
      Secrets secrets) {
    this.secrets = secrets;
    this.leg = leg;
    this.attempt = attempt;
    this.guardian = guardian;
    this.deadline = deadline;
    this.folder = folder;
    this.journal = journal;
    this.logs = logs;
    this.temp = temp;
  }

  /** From now on nothing is started, and who waits gets {@link Cancelled}. */
  void cancel() {
    cancelled = true;
  }

  /**
   * @throws Cancelled if it was told to stop
   */
  void check() {
    if (cancelled || Thread.currentThread().isInterrupted()) {
      throw new Cancelled();
    }
  }

  /** Adds a line to a log, without secrets. */
  void log(Path file, String line) {
    Texts.append(file, secrets.mask(line));
  }

  /** An id for the next process. */
  String nextId() {
    return leg + "#" + attempt + "." + processes.incrementAndGet();
  }

  /**
   * Starts a process, with its entries in the journal.
   *
   * @param step 0 for a service
   * @throws SpawnFailed when it can't be started
   */
  Child start(
      int step,
      List<String> argv,
      Map<String, String> env,
      Path where,
      String log,
      Path out,
      Path err)
      throws SpawnFailed {
    check();
    String id = nextId();
    journal.append(new Event.ProcessStarting(id, leg, attempt, step, argv, where.toString(), log));
    long from = journal.millis();
    try {
      Child child =
          guardian.spawn(
              new Spawn(
                  id,
                  argv,
                  Environment.with(env, Map.of("TMPDIR", temp.toString())),
                  where,
                  out,
                  out.equals(err) ? Optional.empty() : Optional.of(err),
                  Optional.empty(),
                  secrets,
                  temp));
      journal.append(new Event.ProcessStarted(id, child.pid()));
      running.put(child, from);
      return child;
    } catch (SpawnFailed e) {
      journal.append(new Event.ProcessEnded(id, e.getMessage(), false, 0));
      throw e;
    }
  }

  /**
   * Waits for a process.
   *
   * @throws Cancelled if the leg was told to stop
   */
  Exit await(Child child) {
    try {
      Exit exit = child.await();
      ended(child, exit.describe(), exit.ok());
      check();
      return exit;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    } catch (GuardianLost e) {
      check();
      throw new Broken(e.getMessage());
    }
  }

  /**
   * Tells of processes that were left behind, and ended.
   *
   * @param step 0 for the leg
   * @param who left them
   * @param end what the step or the leg came to without them
   */
  End left(int step, String who, List<Survivor> survivors, End end) {
    List<String> processes = survivors.stream().map(Survivor::toString).toList();
    journal.append(new Event.Left(leg, attempt, step, processes));
    String why =
        "%s left processes behind, which were ended: %s"
            .formatted(who, String.join(", ", processes));
    return new End(
        end.outcome() == Outcome.PASSED ? Outcome.LEAKED : end.outcome(),
        end.reason().isEmpty() ? why : end.reason() + "; " + why);
  }

  /** Writes down the ends of what the guardian has ended. */
  void settle() {
    for (Child child : List.copyOf(running.keySet())) {
      try {
        Exit exit = child.exit().get(1, TimeUnit.SECONDS);
        ended(child, exit.describe(), exit.ok());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (ExecutionException e) {
        ended(child, e.getCause().getMessage(), false);
      } catch (TimeoutException e) {
        ended(child, "its end was never seen", false);
      }
    }
  }

  private void ended(Child child, String how, boolean ok) {
    Long from = running.remove(child);
    if (from != null) {
      journal.append(new Event.ProcessEnded(child.id(), how, ok, journal.millis() - from));
    }
  }
}
