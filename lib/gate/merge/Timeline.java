package gate.merge;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.JournalDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The entries of all parts in one row, by their hosts' clocks; each part's own order stays. */
final class Timeline {
  /** No run lasts longer; whoever forges a journal may claim any time. */
  private static final Duration MOST = Duration.ofDays(365);

  private final Instant start;
  private final List<Moment> moments = new ArrayList<>();
  private long end;

  private record Moment(Instant at, long millis, Event event) {}

  /**
   * @param start when the first part was started
   */
  Timeline(Instant start) {
    this.start = start;
  }

  /** Adds what a part tells of these legs, of its builds, and of what went wrong with it. */
  void add(PartRun part, Set<String> legs, Relocation relocation) {
    long later = bounded(Duration.between(start, part.run().at()));
    long last = 0;
    for (Entry entry : part.entries()) {
      last = Math.max(last, Math.min(entry.millis(), MOST.toMillis()));
      end = Math.max(end, later + last);
      Optional<Event> event = told(entry.event(), part, legs, relocation);
      if (event.isPresent()) {
        moments.add(new Moment(entry.at(), later + last, event.get()));
      }
    }
  }

  private static long bounded(Duration time) {
    return time.isNegative() ? 0 : time.compareTo(MOST) > 0 ? MOST.toMillis() : time.toMillis();
  }

  private static Optional<Event> told(
      Event event, PartRun part, Set<String> legs, Relocation relocation) {
    return switch (event) {
      case Event.RunStarted _,
          Event.PartTaken _,
          Event.PartMerged _,
          Event.RunResumed _,
          Event.InputsRead _,
          Event.Planned _,
          Event.GateStarted _, // its processes are another host's
          Event.RunFinished _ ->
          Optional.empty();
      case Event.Problem _, Event.StopRequested _, Event.InputsChanged _ ->
          PartProblem.of(part.label(), event);
      default -> {
        Optional<EventLeg> leg = EventLeg.of(event);
        yield leg.isPresent() && !legs.contains(leg.get().leg())
            ? Optional.empty()
            : Optional.of(relocation.moved(event));
      }
    };
  }

  /** Writes them into a journal. */
  void in(JournalDraft journal) {
    moments.sort(Comparator.comparingLong(Moment::millis));
    moments.forEach(it -> journal.add(it.at(), it.millis(), it.event()));
  }

  /** The last entry's time. */
  long end() {
    return end;
  }
}
