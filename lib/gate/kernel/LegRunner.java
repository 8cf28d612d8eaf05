package gate.kernel;

import gate.base.Reason;
import gate.journal.Event;
import gate.journal.Journal;
import gate.journal.JournalFailed;
import gate.journal.Outcome;
import gate.kernel.LegAttempt.End;
import gate.kernel.process.Guardian;
import gate.kernel.process.GuardianLost;
import gate.kernel.process.Survivor;
import gate.plan.Plan;
import gate.plan.Plan.PlannedLeg;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A worker slot: runs one leg after the other, each attempt on a thread that it can abandon. */
final class LegRunner implements Runnable {
  /** How long a thread that was told to stop may take before it is left alone. */
  private static final Duration ABANDON = Duration.ofSeconds(5);

  private final Plan plan;
  private final Settings settings;
  private final RunFolder folder;
  private final Journal journal;
  private final StepLogs logs;
  private final Scheduler scheduler;
  private final Map<String, String> env;
  private final Builds builds;
  private final Http http;
  private final TestRunner tests;
  private final Artifacts artifacts;
  private final TempFolder temp;
  private final Map<String, List<Outcome>> before;
  private final Optional<Inspector> inspector;
  private final int slot;
  private final long mark;
  private Guardian guardian;
  private volatile boolean stopped;
  private volatile CompletableFuture<End> current = CompletableFuture.completedFuture(null);

  LegRunner(
      Plan plan,
      Settings settings,
      RunFolder folder,
      Journal journal,
      StepLogs logs,
      Scheduler scheduler,
      Map<String, String> env,
      Builds builds,
      Http http,
      TestRunner tests,
      Artifacts artifacts,
      TempFolder temp,
      Map<String, List<Outcome>> before,
      Optional<Inspector> inspector,
      int slot,
      long mark) {
    this.plan = plan;
    this.settings = settings;
    this.folder = folder;
    this.journal = journal;
    this.logs = logs;
    this.scheduler = scheduler;
    this.env = env;
    this.builds = builds;
    this.http = http;
    this.tests = tests;
    this.artifacts = artifacts;
    this.temp = temp;
    this.before = before;
    this.inspector = inspector;
    this.slot = slot;
    this.mark = mark;
  }

  /** Ends the leg that runs. */
  void stop() {
    stopped = true;
    current.completeExceptionally(new Cancelled());
  }

  @Override
  public void run() {
    try {
      guardian = Guardian.start(mark);
      while (true) {
        switch (scheduler.next()) {
          case Scheduler.Next.Start start -> scheduler.ended(start.leg(), leg(start.leg()));
          case Scheduler.Next.Never never -> {
            Outcome outcome = stopped ? Outcome.INTERRUPTED : Outcome.BLOCKED;
            journal.append(
                new Event.LegFinished(never.leg().leg().id(), 0, outcome, never.why(), 0));
            scheduler.never(never.leg(), new End(outcome, never.why()));
          }
          case Scheduler.Next.Done _ -> {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (JournalFailed e) {
      scheduler.stop(e.getMessage()); // whoever ends the run says so
    } catch (GuardianLost e) {
      journal.append(new Event.Problem(e.getMessage()));
      scheduler.stop(e.getMessage());
    } catch (OutOfMemoryError e) {
      journal.append(new Event.Problem(Kernel.noRoom(e)));
      scheduler.stop(Kernel.noRoom(e));
    } catch (RuntimeException e) {
      scheduler.stop("a defect of the gate: " + e); // nobody may wait for this leg for ever
      throw e;
    } finally {
      if (guardian != null) {
        guardian.close();
      }
    }
  }

  private End leg(PlannedLeg leg) {
    Tries tries = settings.tries(leg.leg());
    List<Outcome> attempts = new ArrayList<>(before.getOrDefault(leg.leg().id(), List.of()));
    End end;
    do {
      end = attempt(leg, attempts.size() + 1);
      attempts.add(end.outcome());
    } while (tries.again(attempts) && !stopped);
    return new End(Outcome.of(attempts), end.reason());
  }

  private End attempt(PlannedLeg leg, int attempt) {
    if (!guardian.alive()) {
      guardian.close();
      guardian = Guardian.start(mark);
    }
    String id = leg.leg().id();
    journal.append(new Event.LegStarted(id, attempt));
    long from = journal.millis();
    LegWork work =
        new LegWork(
            id,
            attempt,
            guardian,
            new Deadline(leg.leg().timeout()),
            folder,
            journal,
            logs,
            temp.folder(folderName(attempt)),
            plan.toggles().secrets());
    End end;
    try {
      end = bounded(leg, work);
      end = cleared(work, end);
    } catch (GuardianLost e) {
      end = new End(Outcome.ERRORED, e.getMessage());
    }
    work.settle();
    journal.append(
        new Event.LegFinished(id, attempt, end.outcome(), end.reason(), journal.millis() - from));
    return end;
  }

  /** Runs an attempt until its end, its timeout, or a stop. */
  private End bounded(PlannedLeg leg, LegWork work) {
    CompletableFuture<End> done = new CompletableFuture<>();
    current = done;
    if (stopped) {
      done.completeExceptionally(new Cancelled());
    }
    LegAttempt attempt =
        new LegAttempt(plan, leg, work, env, builds, http, tests, artifacts, inspector);
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(work.leg + " attempt " + work.attempt)
            .start(() -> work(attempt, work.attempt, done));
    while (true) {
      try {
        return done.get(Math.max(1, work.deadline.left()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (work.deadline.left() <= 0) {
          return cancel(
              work,
              thread,
              attempt,
              new End(
                  Outcome.TIMED_OUT,
                  "it took longer than its timeout of %s".formatted(shown(work.deadline.most()))));
        }
      } catch (ExecutionException e) {
        return cancel(
            work,
            thread,
            attempt,
            switch (e.getCause()) {
              case Cancelled _ -> new End(Outcome.INTERRUPTED, "it was stopped");
              case Broken broken -> new End(Outcome.ERRORED, broken.getMessage());
              case GuardianLost lost -> new End(Outcome.ERRORED, lost.getMessage());
              case OutOfMemoryError room -> new End(Outcome.ERRORED, Kernel.noRoom(room));
              default -> new End(Outcome.ERRORED, "a defect of the gate: " + e.getCause());
            });
      } catch (InterruptedException e) {
        stopped = true;
        return cancel(work, thread, attempt, new End(Outcome.INTERRUPTED, "it was stopped"));
      }
    }
  }

  private String folderName(int attempt) {
    return "s%d-%d".formatted(slot, attempt);
  }

  private void work(LegAttempt attempt, int number, CompletableFuture<End> done) {
    try {
      done.complete(without(temp.path().resolve(folderName(number)), attempt.run()));
    } catch (Throwable e) {
      done.completeExceptionally(e);
    }
  }

  /** An attempt's end, its temporary folder gone. */
  private static End without(Path folder, End end) {
    try {
      TempFolder.delete(folder);
      return end;
    } catch (IOException e) {
      String why = "cannot delete its temporary folder %s: %s".formatted(folder, Reason.of(e));
      return end.outcome() == Outcome.PASSED ? new End(Outcome.ERRORED, why) : end;
    }
  }

  /** Ends its processes and its thread; a thread that minds nothing is left to the gate's end. */
  private End cancel(LegWork work, Thread thread, LegAttempt attempt, End end) {
    work.cancel();
    try {
      guardian.clear(LegWork.GRACE);
      thread.interrupt();
      thread.join(ABANDON);
      guardian.clear(Duration.ZERO);
    } catch (GuardianLost e) {
      // its processes are gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    attempt.cutOff(end);
    return end;
  }

  /** Whatever a leg left behind is ended, and told. */
  private End cleared(LegWork work, End end) {
    List<Survivor> survivors = guardian.clear(LegWork.GRACE);
    return survivors.isEmpty() ? end : work.left(0, "its steps and services", survivors, end);
  }

  private static String shown(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
