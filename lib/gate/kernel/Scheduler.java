package gate.kernel;

import gate.journal.Outcome;
import gate.plan.Plan.Decision;
import gate.plan.Plan.PlannedLeg;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which leg may start next: its needs passed, its locks free. Guarded by itself. */
final class Scheduler {
  /** What to do with a leg. */
  sealed interface Next {
    record Start(PlannedLeg leg) implements Next {}

    /** It can't start any more. */
    record Never(PlannedLeg leg, String why) implements Next {}

    /** All legs have been handed out. */
    record Done() implements Next {}
  }

  private final boolean failFast;
  private final Map<String, PlannedLeg> waiting = new LinkedHashMap<>();
  private final Set<String> own = new HashSet<>();
  private final Map<String, LegAttempt.End> ended = new LinkedHashMap<>();
  private final Set<String> locks = new HashSet<>();
  private final Set<String> leaksAllowed = new HashSet<>();
  private String stopped = "";
  private String failed = "";

  /**
   * @param elsewhere how legs ended that ran elsewhere and didn't pass
   */
  Scheduler(List<PlannedLeg> legs, boolean failFast, Map<String, Outcome> elsewhere) {
    this.failFast = failFast;
    legs.stream()
        .filter(leg -> leg.decision() == Decision.RUN)
        .forEach(leg -> waiting.put(leg.leg().id(), leg));
    own.addAll(waiting.keySet());
    own.addAll(elsewhere.keySet());
    elsewhere.forEach((leg, outcome) -> ended.put(leg, new LegAttempt.End(outcome, "")));
  }

  /** Waits until a leg can start, or can't any more. */
  synchronized Next next() throws InterruptedException {
    while (true) {
      if (waiting.isEmpty()) {
        return new Next.Done();
      }
      Optional<Next> next = find();
      if (next.isPresent()) {
        return next.get();
      }
      wait();
    }
  }

  private Optional<Next> find() {
    for (PlannedLeg leg : waiting.values()) {
      Optional<String> never = never(leg);
      if (never.isPresent()) {
        waiting.remove(leg.leg().id());
        return Optional.of(new Next.Never(leg, never.get()));
      }
      if (ended.keySet().containsAll(needs(leg))
          && leg.leg().locks().stream().noneMatch(locks::contains)) {
        waiting.remove(leg.leg().id());
        locks.addAll(leg.leg().locks());
        return Optional.of(new Next.Start(leg));
      }
    }
    return Optional.empty();
  }

  private Optional<String> never(PlannedLeg leg) {
    if (!stopped.isEmpty()) {
      return Optional.of(stopped);
    }
    if (failFast && !failed.isEmpty()) {
      return Optional.of("--fail-fast: leg `%s` didn't pass".formatted(failed));
    }
    return needs(leg).stream()
        .filter(need -> ended.containsKey(need) && !good(need, ended.get(need)))
        .findFirst()
        .map(need ->
            "it needs `%s`, which ended as %s".formatted(need, ended.get(need).outcome().word()));
  }

  /**
   * Those that run here, or are known not to have passed; of the others the journal says that they
   * are taken to have passed.
   */
  private List<String> needs(PlannedLeg leg) {
    return leg.needs().stream().filter(own::contains).toList();
  }

  private boolean good(String leg, LegAttempt.End end) {
    return switch (end.outcome()) {
      case PASSED, FLAKY, OFF -> true;
      case LEAKED -> leaksAllowed.contains(leg);
      default -> false;
    };
  }

  /** A leg that can't start is done with. */
  synchronized void never(PlannedLeg leg, LegAttempt.End end) {
    ended.put(leg.leg().id(), end);
    notifyAll();
  }

  /** A leg came to its end, now or before the run was resumed. */
  synchronized void ended(PlannedLeg leg, LegAttempt.End end) {
    waiting.remove(leg.leg().id());
    ended.put(leg.leg().id(), end);
    leg.leg().locks().forEach(locks::remove);
    if (end.outcome() == Outcome.LEAKED && leg.leg().allow().contains("leaked")) {
      leaksAllowed.add(leg.leg().id());
    } else if (end.outcome().bad() && failed.isEmpty()) {
      failed = leg.leg().id();
    }
    notifyAll();
  }

  /** No leg starts any more. */
  synchronized void stop(String why) {
    stopped = why;
    notifyAll();
  }
}
