package gate.kernel;

import gate.base.Reason;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Journal;
import gate.journal.JournalFailed;
import gate.journal.Judge;
import gate.journal.Outcome;
import gate.journal.PlanDigest;
import gate.journal.Resumption;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import gate.kernel.process.Guardian;
import gate.kernel.process.GuardianLost;
import gate.plan.Plan;
import gate.plan.Plan.Decision;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Refused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One run of a plan. {@link #run} is called once; {@link #stop} by any thread, at any time. */
public final class Kernel {
  private final Plan plan;
  private final Settings settings;
  private final RunFolder folder;
  private final Journal journal;
  private final StepLogs logs;
  private final Beginning beginning;
  private final List<Entry> entries = Collections.synchronizedList(new ArrayList<>());
  private final Optional<Inspector> inspector;
  private final boolean resumed;
  private final Scheduler scheduler;
  private final Set<LegRunner> running = ConcurrentHashMap.newKeySet();
  private boolean begun;
  private final long mark = Guardian.mark();
  private volatile String stopped = "";

  /**
   * @param earlier what the journal holds already, of the run that goes on; none of a new run
   * @param inspector looks at steps that don't pass
   */
  public Kernel(
      Plan plan,
      Settings settings,
      RunFolder folder,
      Journal journal,
      List<Entry> earlier,
      Optional<Inspector> inspector) {
    this.inspector = inspector;
    this.plan = plan;
    this.settings = settings;
    this.folder = folder;
    this.journal = journal;
    this.logs = new StepLogs(folder.path());
    this.beginning = new Beginning(plan, settings, folder.name());
    this.scheduler = new Scheduler(plan.legs(), settings.failFast(), settings.blocked());
    this.resumed = !earlier.isEmpty();
    entries.addAll(earlier);
    journal.listen(entries::add);
  }

  /**
   * Runs the plan and judges it.
   *
   * @param projections drafts the run's reports of all entries, the last of which isn't in the
   *     journal yet; what it throws turns the run red, and it isn't called again
   */
  public Verdict run(Consumer<List<Entry>> projections) {
    if (!resumed) {
      journal.append(beginning.started());
      begun = true;
    }
    try {
      if (plan.dry()) {
        part(plan.part().map(_ -> Inputs.scriptsDigest(plan)).orElse(""));
        journal.append(beginning.planned());
        walk();
      } else {
        work();
      }
    } catch (Broken | GuardianLost e) {
      if (!begun) {
        throw new Refused(e.getMessage()); // the journal is as it was
      }
      journal.append(new Event.Problem(e.getMessage()));
    } catch (OutOfMemoryError e) {
      journal.append(new Event.Problem(noRoom(e)));
    } catch (JournalFailed e) {
      throw e;
    } catch (RuntimeException e) {
      journal.append(new Event.Problem("a defect of the gate: " + e));
    }
    unended();
    return end(projections);
  }

  /** All that the journal holds. */
  public List<Entry> entries() {
    synchronized (entries) {
      return List.copyOf(entries);
    }
  }

  /** Ends what runs; {@link #run} comes to its end soon after. */
  public void stop(String why) {
    synchronized (this) {
      if (!stopped.isEmpty()) {
        return;
      }
      stopped = why;
    }
    scheduler.stop(why);
    running.forEach(LegRunner::stop);
  }

  private Verdict end(Consumer<List<Entry>> projections) {
    if (!stopped.isEmpty()) {
      journal.append(new Event.StopRequested(stopped));
    }
    Entry last = journal.next(finished());
    Optional<String> wrong = wrong(projections, last);
    if (wrong.isPresent()) {
      journal.append(new Event.Problem(wrong.get()));
      last = journal.next(finished());
    }
    journal.append(last);
    return Judge.replayed(RunRecord.of(entries()));
  }

  private Optional<String> wrong(Consumer<List<Entry>> projections, Entry last) {
    List<Entry> all = new ArrayList<>(entries());
    all.add(last);
    try {
      projections.accept(List.copyOf(all));
    } catch (RuntimeException e) {
      return Optional.of("the reports can't be written: " + e.getMessage());
    }
    try {
      journal.check();
    } catch (JournalFailed e) {
      return Optional.of(e.getMessage());
    }
    return Optional.empty();
  }

  private Event.RunFinished finished() {
    Verdict verdict = Judge.verdict(RunRecord.of(entries()));
    return new Event.RunFinished(
        verdict.kind(), verdict.exitCode(settings.strict()), verdict.reasons(), journal.millis());
  }

  private void part(String scripts) {
    plan.part()
        .map(part ->
            new Event.PartTaken(
                part.kind(),
                part.index(),
                part.count(),
                part.places(),
                part.whole().size(),
                part.assumed(),
                PlanDigest.of(
                    part.whole().stream().map(Beginning::planned).toList(),
                    part.parts(),
                    plan.toggles().secrets()),
                scripts))
        .ifPresent(journal::append);
  }

  private void walk() {
    for (PlannedLeg leg : plan.legs()) {
      if (leg.decision() == Decision.RUN) {
        for (DryWalk.Line line : DryWalk.of(plan, leg).lines()) {
          journal.append(new Event.DryAction(leg.leg().id(), line.step(), line.text()));
        }
      }
    }
  }

  private void work() {
    TempFolder.clearStale(Optional.empty(), true);
    try (TempFolder temp = TempFolder.create(folder.path(), 0)) {
      Inputs inputs = Inputs.read(settings, plan, folder, temp.folder("inputs"));
      if (resumed) {
        resume(inputs);
      }
      part(inputs.scriptsDigest());
      journal.append(Beginning.gateStarted(mark));
      journal.append(inputs.event());
      journal.append(beginning.planned());
      runLegs(temp, attempts(), inputs.strays());
      List<String> changed = inputs.changed();
      if (!changed.isEmpty()) {
        journal.append(new Event.InputsChanged(changed));
      }
    }
    lostLogs();
  }

  /** Nobody stopped these, so that they weren't interrupted. */
  private void unended() {
    if (plan.dry() || !stopped.isEmpty()) {
      return;
    }
    for (RunRecord.LegRecord leg : RunRecord.of(entries()).legs()) {
      if (leg.outcome() == Outcome.INTERRUPTED) {
        int attempt = leg.attempts().isEmpty() ? 0 : leg.attempts().getLast().attempt();
        journal.append(
            new Event.LegFinished(
                leg.plan().leg(), attempt, Outcome.ERRORED, "it never came to its end", 0));
      }
    }
  }

  /** Goes on with a run, from what still counts of it. */
  private void resume(Inputs inputs) {
    RunRecord before = RunRecord.of(entries());
    Event.RunStarted now = beginning.started();
    Map<String, String> strays = strays(before);
    Resumption resumption =
        Resumption.of(before, now, inputs.event(), strays, beginning.planned().legs());
    if (!resumption.kept().isEmpty()) {
      inputs.strays().keep(strays);
    }
    journal.append(new Event.RunResumed(now, resumption.changed(), resumption.kept()));
    begun = true;
  }

  private static Map<String, String> strays(RunRecord before) {
    try {
      return Strays.now(before.strays());
    } catch (IOException e) {
      throw new Broken("cannot read what is to be tested: " + Reason.of(e));
    }
  }

  /** How the attempts that still count ended, by leg; their legs that are done with are so told. */
  private Map<String, List<Outcome>> attempts() {
    Map<String, List<Outcome>> attempts = new HashMap<>();
    Map<String, List<RunRecord.AttemptRecord>> before = new HashMap<>();
    RunRecord.of(entries()).legs().forEach(it -> before.put(it.plan().leg(), it.attempts()));
    for (PlannedLeg leg : plan.legs()) {
      List<RunRecord.AttemptRecord> records = before.getOrDefault(leg.leg().id(), List.of());
      List<Outcome> outcomes = records.stream().map(RunRecord.AttemptRecord::outcome).toList();
      folder.setAside(leg.leg().id(), outcomes.size());
      attempts.put(leg.leg().id(), outcomes);
      if (!outcomes.isEmpty() && !settings.tries(leg.leg()).again(outcomes)) {
        scheduler.ended(leg, new LegAttempt.End(Outcome.of(outcomes), records.getLast().reason()));
      }
    }
    return attempts;
  }

  private void runLegs(TempFolder temp, Map<String, List<Outcome>> before, Strays strays) {
    long legs = plan.legs().stream().filter(it -> it.decision() == Decision.RUN).count();
    Map<String, String> env = Environment.of(settings.world(), plan.toggles());
    try (Guardian builder = plan.workspaces().isEmpty() ? null : Guardian.start(mark);
        Http http = new Http()) {
      BuildProcesses runner =
          new BuildProcesses(Optional.ofNullable(builder), journal, folder.path());
      Builds builds = new Builds(runner, folder, journal, temp.path(), strays);
      TestRunner tests = new TestRunner(runner, folder, journal, builds, temp.path());
      Artifacts artifacts = new Artifacts(plan);
      List<Thread> slots = new ArrayList<>();
      for (int i = 0; i < Math.min(settings.jobs(), legs); i++) {
        LegRunner slot =
            new LegRunner(
                plan, settings, folder, journal, logs, scheduler, env, builds, http, tests,
                artifacts, temp, before, inspector, i, mark);
        running.add(slot);
        try {
          slots.add(Thread.ofPlatform().daemon().name("slot " + (i + 1)).start(slot));
        } catch (OutOfMemoryError e) {
          scheduler.stop(noRoom(e));
          slots.forEach(Kernel::join); // the run isn't over while they go on
          throw e;
        }
      }
      if (!stopped.isEmpty()) {
        running.forEach(LegRunner::stop);
      }
      slots.forEach(Kernel::join);
    }
  }

  /** A log that isn't there, or is another, can show nothing. */
  private void lostLogs() {
    RunRecord.of(entries()).legs().stream()
        .flatMap(leg -> leg.attempts().stream())
        .flatMap(attempt -> attempt.steps().stream())
        .map(RunRecord.StepRecord::log)
        .filter(log -> !log.isEmpty())
        .flatMap(log -> logs.lost(log).stream())
        .findFirst()
        .ifPresent(why -> journal.append(new Event.Problem(why)));
  }

  /** Of memory, or of threads. */
  static String noRoom(OutOfMemoryError e) {
    return "the machine has no room for more (%s): end other programs, or raise `ulimit -u`"
        .formatted(e.getMessage());
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
