package gate.report;

import gate.journal.Event.PlannedLeg;
import gate.journal.RunRecord;
import gate.report.Span.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What each leg of a run waited for before it started. */
public final class Waits {
  /** Shorter ones are the gate's own time. */
  private static final long LEAST = 100;

  private final RunRecord run;
  private final List<Span> attempts;
  private final Span whole;
  private long from;

  private Waits(RunRecord run, List<Span> timeline) {
    this.run = run;
    this.attempts =
        timeline.stream()
            .filter(it -> it.kind() == Kind.LEG && it.counts() && it.attempt() > 0)
            .toList();
    this.whole = timeline.stream().filter(it -> it.kind() == Kind.RUN).findFirst().orElseThrow();
  }

  /** When a leg that started then could have: the run's start, or where it was gone on with. */
  private long begin(long start) {
    String resumed = whole.details().getOrDefault(Span.RESUMED, "");
    long again = resumed.isEmpty() ? start + 1 : Instant.parse(resumed).toEpochMilli();
    return again <= start ? again : whole.from();
  }

  /**
   * A wait.
   *
   * @param what what for, a sentence's end
   * @param from in milliseconds since 1970, as {@code until}
   */
  public record Wait(String leg, String what, long from, long until) {
    /** How long. */
    public long millis() {
      return until - from;
    }
  }

  /** Those of a leg, in their order; none where it never started. */
  public static List<Wait> of(RunRecord run, List<Span> timeline, String leg) {
    return new Waits(run, timeline).of(leg);
  }

  private List<Wait> of(String leg) {
    Optional<PlannedLeg> planned = planned(leg);
    Optional<Span> first = first(leg);
    if (planned.isEmpty() || first.isEmpty()) {
      return List.of();
    }
    List<Wait> waits = new ArrayList<>();
    long start = first.get().from();
    from = begin(start);
    long ready = from;
    Optional<Span> need = last(planned.get().needs(), start);
    if (need.isPresent()) {
      ready = Math.max(from, need.get().until());
      add(waits, leg, "leg `" + need.get().leg() + "`, which it needs", from, ready);
    }
    for (Span holder : holders(planned.get(), ready, start)) {
      String lock = shared(planned.get(), holder.leg()).getFirst();
      add(
          waits,
          leg,
          "the lock `%s`, which leg `%s` held".formatted(lock, holder.leg()),
          ready,
          holder.until());
      ready = Math.max(ready, holder.until());
    }
    String slot = "one of the places for %s".formatted(Amounts.of(run.started().jobs(), "leg"));
    if (busy(ready, start)) {
      add(waits, leg, slot + " side by side (-j)", ready, start);
    }
    return List.copyOf(waits);
  }

  private static void add(List<Wait> waits, String leg, String what, long from, long until) {
    if (until - from >= LEAST) {
      waits.add(new Wait(leg, what, from, until));
    }
  }

  private Optional<PlannedLeg> planned(String leg) {
    return run.legs().stream()
        .map(RunRecord.LegRecord::plan)
        .filter(it -> it.leg().equals(leg))
        .findFirst();
  }

  private Optional<Span> first(String leg) {
    return attempts.stream()
        .filter(it -> it.leg().equals(leg))
        .min(Comparator.comparingLong(Span::from));
  }

  /** The last end of legs before a time. */
  private Optional<Span> last(List<String> legs, long before) {
    return attempts.stream()
        .filter(it -> legs.contains(it.leg()) && it.until() <= before)
        .max(Comparator.comparingLong(Span::until));
  }

  private List<Span> holders(PlannedLeg leg, long from, long until) {
    return attempts.stream()
        .filter(it -> !it.leg().equals(leg.leg()) && !shared(leg, it.leg()).isEmpty())
        .filter(it -> it.until() > from && it.until() <= until)
        .sorted(Comparator.comparingLong(Span::until))
        .toList();
  }

  private List<String> shared(PlannedLeg leg, String other) {
    List<String> locks = planned(other).map(PlannedLeg::locks).orElse(List.of());
    return leg.locks().stream().filter(locks::contains).toList();
  }

  /** Whether other legs took all places until then. */
  private boolean busy(long from, long until) {
    return attempts.stream().filter(it -> it.from() <= from && it.until() > from).count()
            >= run.started().jobs()
        && until > from;
  }
}
