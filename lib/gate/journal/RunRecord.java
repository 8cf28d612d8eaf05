package gate.journal;

import gate.journal.Event.BinaryTested;
import gate.journal.Event.CaseFinished;
import gate.journal.Event.DryAction;
import gate.journal.Event.InputsRead;
import gate.journal.Event.LegFinished;
import gate.journal.Event.PartMerged;
import gate.journal.Event.PartTaken;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.PlannedStep;
import gate.journal.Event.ProcessEnded;
import gate.journal.Event.RunFinished;
import gate.journal.Event.RunResumed;
import gate.journal.Event.RunStarted;
import gate.journal.Event.ServiceReady;
import gate.journal.Event.StepFinished;
import gate.journal.Event.StepStarted;
import gate.journal.Event.StrayBuilt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A run as far as its journal tells it.
 *
 * @param started how it was started; where it was resumed, with what it goes on, save the command;
 *     dirty also where only its inputs tell that
 * @param at when it was first started
 * @param inputs what it tests; empty in older journals and in dry runs
 * @param unbound what it went by and no commit holds, a sentence each
 * @param strays what was built of that
 * @param part the part of a larger run that it is, if it is one
 * @param merged the parts that it was merged from; none of other runs
 * @param repeat how often each leg has to pass
 * @param legs in the plan's order
 * @param builds what was built for the steps
 * @param problems what went wrong outside any leg
 * @param stopped why it was asked to stop, if it was
 * @param finished the journal's last entry; empty while it runs, and where it was cut off
 * @param millis the time of the last entry
 */
public record RunRecord(
    RunStarted started,
    Instant at,
    Optional<InputsRead> inputs,
    List<String> unbound,
    List<StrayBuilt> strays,
    Optional<PartTaken> part,
    List<PartMerged> merged,
    int repeat,
    List<LegRecord> legs,
    List<Event.BuildFinished> builds,
    List<String> problems,
    Optional<String> stopped,
    Optional<RunFinished> finished,
    long millis) {

  /**
   * A leg.
   *
   * @param plan what was planned
   * @param outcome how it ended; INTERRUPTED where it was to run and didn't end
   * @param reason why it didn't pass, or empty
   * @param attempts in their order; none where it never started
   * @param binaries what was started in all of them, each once an attempt and step
   * @param millis from its first start to its end
   */
  public record LegRecord(
      PlannedLeg plan,
      Outcome outcome,
      String reason,
      List<AttemptRecord> attempts,
      List<ServiceReady> services,
      List<BinaryTested> binaries,
      long millis) {

    /** The steps of the attempt that counts; none where there was no attempt. */
    public List<StepRecord> steps() {
      return counts().map(AttemptRecord::steps).orElse(List.of());
    }

    /** The last attempt that passed where some did; else the last one. */
    public Optional<AttemptRecord> counts() {
      return attempts.stream()
          .filter(attempt -> outcome == Outcome.FLAKY && attempt.outcome() == Outcome.PASSED)
          .reduce((_, last) -> last)
          .or(() -> attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast()));
    }
  }

  /**
   * One try of a leg; {@code steps} holds every planned step, {@code unproven} what it passed
   * without showing, a sentence each, {@code left} the processes that it left behind.
   */
  public record AttemptRecord(
      int attempt,
      List<StepRecord> steps,
      Outcome outcome,
      String reason,
      List<String> unproven,
      List<String> left,
      long millis) {

    /** Whether it left processes behind, whatever else came of it. */
    public boolean leaked() {
      return outcome == Outcome.LEAKED || !left.isEmpty();
    }

    /** Whether it did its work. */
    public boolean worked() {
      return outcome == Outcome.PASSED || outcome == Outcome.LEAKED;
    }
  }

  /**
   * A step.
   *
   * @param outcome how it ended; OFF and BLOCKED (an earlier step didn't pass) for those that never
   *     started
   * @param why for OFF: what it waits for
   * @param reason why it didn't pass, or empty
   * @param repeat the command that repeats it, or empty
   * @param log its output, relative to the run's folder, or empty
   * @param degraded what it had to do without, or empty
   * @param actions what it did, a line each
   * @param servers the servers that its tests say they talked to
   * @param machines the virtual machines that its tests say they had running
   * @param artifacts the files that it said it writes, and did
   */
  public record StepRecord(
      int step,
      String name,
      Outcome outcome,
      String why,
      String reason,
      String repeat,
      String log,
      String degraded,
      boolean degradedAsked,
      long millis,
      List<String> actions,
      List<CaseFinished> cases,
      List<Event.ServerUsed> servers,
      List<Event.MachineUsed> machines,
      List<Event.ArtifactKept> artifacts) {}

  /** What stands beside the verdict of a run that isn't a whole one; empty of one that is. */
  public String mark() {
    return part()
        .map(it -> it.label().toUpperCase(Locale.ROOT))
        .orElse(started().selected().isEmpty() ? "" : "SELECTED");
  }

  /** Whether what it says to have tested was read at the commit that it says to be of. */
  public boolean isOfOneCommit() {
    return inputs.stream()
        .flatMap(read -> read.first().stream())
        .allMatch(first -> first.commit().equals(started.commit()));
  }

  /**
   * Folds the entries of one journal.
   *
   * @throws IllegalArgumentException if they aren't those of one run
   */
  public static RunRecord of(List<Entry> entries) {
    Fold fold = new Fold();
    entries.forEach(fold::take);
    return fold.record();
  }

  /** What a dry run printed, by leg and step, in the plan's order. */
  public static Map<String, List<DryAction>> dryActions(List<Entry> entries) {
    Map<String, List<DryAction>> actions = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (entry.event() instanceof DryAction action) {
        actions.computeIfAbsent(action.leg(), _ -> new ArrayList<>()).add(action);
      }
    }
    return actions;
  }

  private static final class Fold {
    private RunStarted started;
    private Instant at;
    private InputsRead inputs;
    private PartTaken part;
    private final List<PartMerged> merged = new ArrayList<>();
    private Map<String, LegFold> legs = new LinkedHashMap<>();
    private int repeat = 1;
    private List<String> changed = List.of();
    private final Map<String, Event.BuildFinished> builds = new LinkedHashMap<>();
    private final List<StrayBuilt> strays = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private String stopped;
    private RunFinished finished;
    private long millis;

    void take(Entry entry) {
      millis = entry.millis();
      if (finished != null && !(entry.event() instanceof RunResumed)) {
        throw new IllegalArgumentException(
            "entry %d stands behind the run's end".formatted(entry.seq()));
      }
      switch (entry.event()) {
        case RunStarted start -> {
          started = start;
          at = entry.at();
        }
        case RunResumed resumed -> resume(resumed);
        case InputsRead read -> inputs = read;
        case PartTaken taken -> part = taken;
        case PartMerged other -> merged.add(other);
        case StrayBuilt stray -> strays.add(stray);
        case Event.InputsChanged files -> changed = files.files();
        case Event.Planned planned -> plan(planned);
        case Event.LegStarted leg -> leg(leg.leg()).start(leg.attempt(), millis);
        case StepStarted step -> leg(step.leg()).step(step.attempt(), step.step()).started = step;
        case Event.Action action ->
            leg(action.leg()).step(action.attempt(), action.step()).actions.add(action.text());
        case CaseFinished test -> leg(test.leg()).step(test.attempt(), test.step()).cases.add(test);
        case StepFinished step -> leg(step.leg()).step(step.attempt(), step.step()).finished = step;
        case Event.ServersUsed used ->
            leg(used.leg()).step(used.attempt(), used.step()).servers.addAll(used.servers());
        case Event.MachinesUsed used ->
            leg(used.leg()).step(used.attempt(), used.step()).machines.addAll(used.machines());
        case Event.ArtifactKept kept ->
            leg(kept.leg()).step(kept.attempt(), kept.step()).artifacts.add(kept);
        case Event.Unproven unproven -> leg(unproven.leg()).unproven.add(unproven);
        case Event.Left left -> leg(left.leg()).left.add(left);
        case LegFinished leg -> leg(leg.leg()).finish(leg, millis);
        case ServiceReady service -> leg(service.leg()).services.add(service);
        case BinaryTested binary -> leg(binary.leg()).binaries.add(binary);
        case Event.BuildFinished build -> {
          builds.remove(build.command());
          builds.put(build.command(), build);
        }
        case Event.Problem problem -> problems.add(problem.text());
        case Event.StopRequested stop -> stopped = stop.why();
        case RunFinished finish -> finished = finish;
        case Event.GateStarted _,
            Event.ProcessStarting _,
            Event.ProcessStarted _,
            ProcessEnded _,
            Event.ServiceStopped _,
            DryAction _ -> {}
      }
    }

    /** What went wrong outside the legs is tried again; what was tested wrongly only with all. */
    private void resume(RunResumed resumed) {
      started = resumed.now().typed(started.command());
      Map<String, Integer> kept = new HashMap<>();
      resumed.kept().forEach(it -> kept.put(it.leg(), it.attempts()));
      legs.forEach((id, leg) -> leg.keep(kept.getOrDefault(id, 0)));
      if (resumed.kept().isEmpty()) {
        changed = List.of();
        strays.clear();
      }
      problems.clear();
      stopped = null;
      finished = null;
    }

    private void plan(Event.Planned planned) {
      Map<String, LegFold> before = legs;
      legs = new LinkedHashMap<>();
      repeat = planned.repeat();
      planned.legs().forEach(leg -> legs.put(leg.leg(), new LegFold(leg, before.get(leg.leg()))));
    }

    private LegFold leg(String id) {
      LegFold leg = legs.get(id);
      if (leg == null) {
        throw new IllegalArgumentException("leg `" + id + "` isn't in the journal's plan");
      }
      return leg;
    }

    private List<String> unbound() {
      List<String> all = new ArrayList<>(inputs == null ? List.of() : inputs.unbound());
      strays.stream().map(StrayBuilt::sentence).forEach(all::add);
      return all.stream().distinct().toList();
    }

    RunRecord record() {
      if (started == null) {
        throw new IllegalArgumentException("the journal has no start");
      }
      if (!changed.isEmpty()) {
        problems.add(
            "what is tested changed while the run went on: %s; run again while nothing writes there"
                .formatted(String.join(", ", changed)));
      }
      boolean differs = inputs != null && inputs.differs();
      return new RunRecord(
          differs ? started.onDirtyTree() : started,
          at,
          Optional.ofNullable(inputs),
          unbound(),
          strays.stream().distinct().toList(),
          Optional.ofNullable(part),
          List.copyOf(merged),
          repeat,
          legs.values().stream().map(LegFold::record).toList(),
          List.copyOf(builds.values()),
          List.copyOf(problems),
          Optional.ofNullable(stopped),
          Optional.ofNullable(finished),
          millis);
    }
  }

  private static final class LegFold {
    private final PlannedLeg plan;
    private final Map<Integer, Map<Integer, StepFold>> attempts = new LinkedHashMap<>();
    private final Map<Integer, LegFinished> finished = new LinkedHashMap<>();
    private final List<ServiceReady> services = new ArrayList<>();
    private final Set<BinaryTested> binaries = new LinkedHashSet<>();
    private final List<Event.Unproven> unproven = new ArrayList<>();
    private final List<Event.Left> left = new ArrayList<>();
    private long from = -1;
    private long until;

    /**
     * @param before what there is of it from before the run was resumed, or null
     */
    LegFold(PlannedLeg plan, LegFold before) {
      this.plan = plan;
      if (before != null) {
        attempts.putAll(before.attempts);
        finished.putAll(before.finished);
        services.addAll(before.services);
        binaries.addAll(before.binaries);
        unproven.addAll(before.unproven);
        left.addAll(before.left);
        from = before.from;
        until = before.until;
      }
    }

    /** Forgets all but so many attempts. */
    void keep(int count) {
      attempts.keySet().removeIf(attempt -> attempt > count);
      finished.keySet().removeIf(attempt -> attempt > count || attempt == 0);
      services.removeIf(service -> service.attempt() > count);
      binaries.removeIf(binary -> binary.attempt() > count);
      unproven.removeIf(it -> it.attempt() > count);
      left.removeIf(it -> it.attempt() > count);
      from = count == 0 ? -1 : from;
    }

    void start(int attempt, long millis) {
      attempts.computeIfAbsent(attempt, _ -> new LinkedHashMap<>());
      from = from < 0 ? millis : from;
    }

    StepFold step(int attempt, int step) {
      return attempts
          .computeIfAbsent(attempt, _ -> new LinkedHashMap<>())
          .computeIfAbsent(step, _ -> new StepFold());
    }

    void finish(LegFinished leg, long millis) {
      finished.put(leg.attempt(), leg);
      until = millis;
    }

    LegRecord record() {
      List<AttemptRecord> tries = new ArrayList<>();
      attempts.forEach((number, steps) -> tries.add(attempt(number, steps)));
      return new LegRecord(
          plan,
          outcome(tries),
          reason(tries),
          List.copyOf(tries),
          List.copyOf(services),
          List.copyOf(binaries),
          from < 0 || finished.isEmpty() ? 0 : until - from);
    }

    private Outcome outcome(List<AttemptRecord> tries) {
      return switch (plan.decision()) {
        case "skip" -> Outcome.SKIPPED;
        case "planned" -> Outcome.PLANNED;
        default -> {
          if (tries.isEmpty()) {
            LegFinished never = finished.get(0);
            yield never == null ? Outcome.INTERRUPTED : never.outcome();
          }
          yield Outcome.of(tries.stream().map(AttemptRecord::outcome).toList());
        }
      };
    }

    private String reason(List<AttemptRecord> tries) {
      if (!plan.decision().equals("run")) {
        return plan.why();
      }
      if (tries.isEmpty()) {
        LegFinished never = finished.get(0);
        return never == null ? "it never started" : never.reason();
      }
      if (tries.size() == 1 || outcome(tries) == tries.getLast().outcome()) {
        return tries.getLast().reason();
      }
      return tries.stream()
          .filter(attempt -> attempt.outcome() != Outcome.PASSED)
          .findFirst()
          .map(attempt -> "attempt %d: %s".formatted(attempt.attempt(), attempt.reason()))
          .orElseThrow();
    }

    private AttemptRecord attempt(int number, Map<Integer, StepFold> steps) {
      LegFinished end = finished.get(number);
      Outcome outcome = end == null ? Outcome.INTERRUPTED : end.outcome();
      List<StepRecord> records =
          plan.steps().stream()
              .map(step -> steps.getOrDefault(step.step(), new StepFold()).record(step, outcome))
              .toList();
      return new AttemptRecord(
          number,
          records,
          outcome,
          end == null ? "it didn't come to its end" : end.reason(),
          unproven.stream().filter(it -> it.attempt() == number).map(Event.Unproven::why).toList(),
          left.stream()
              .filter(it -> it.attempt() == number)
              .flatMap(it -> it.processes().stream())
              .toList(),
          end == null ? 0 : end.millis());
    }
  }

  private static final class StepFold {
    private StepStarted started;
    private StepFinished finished;
    private final List<String> actions = new ArrayList<>();
    private final List<CaseFinished> cases = new ArrayList<>();
    private final List<Event.ServerUsed> servers = new ArrayList<>();
    private final List<Event.MachineUsed> machines = new ArrayList<>();
    private final List<Event.ArtifactKept> artifacts = new ArrayList<>();

    StepRecord record(PlannedStep plan, Outcome leg) {
      boolean off = plan.decision().equals("off");
      Outcome outcome =
          off
              ? Outcome.OFF
              : finished != null
                  ? finished.outcome()
                  : started != null || leg == Outcome.INTERRUPTED
                      ? Outcome.INTERRUPTED
                      : Outcome.BLOCKED;
      return new StepRecord(
          plan.step(),
          plan.name(),
          outcome,
          plan.why(),
          finished == null ? "" : finished.reason(),
          finished == null ? "" : finished.repeat(),
          started == null ? "" : started.log(),
          finished == null ? "" : finished.degraded(),
          finished != null && finished.degradedAsked(),
          finished == null ? 0 : finished.millis(),
          List.copyOf(actions),
          List.copyOf(cases),
          List.copyOf(servers),
          List.copyOf(machines),
          List.copyOf(artifacts));
    }
  }
}
