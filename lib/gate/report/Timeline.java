package gate.report;

import gate.journal.Entry;
import gate.journal.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * When what happened, in milliseconds since the run's start; of attempts that a resumed run repeats
 * nothing.
 *
 * @param planned when the first leg could have begun
 * @param end the time of the last entry
 * @param spans attempts, where the step is 0, and steps
 * @param processes of each place, in the order in which they started
 * @param builds those that came to an end
 */
public record Timeline(
    long planned,
    long end,
    Map<Place, Span> spans,
    Map<Place, List<Process>> processes,
    List<Build> builds) {

  /** A step of an attempt; 0: the attempt itself. */
  record Place(String leg, int attempt, int step) {}

  /** From one moment to another; empty: it goes on. */
  record Span(long from, Optional<Long> until) {}

  /**
   * A process.
   *
   * @param how how it ended; empty where it runs, or nobody saw its end
   */
  record Process(Place place, List<String> argv, Span span, String how, boolean ok) {}

  /** A build. */
  record Build(Event.BuildFinished of, Span span) {}

  static Timeline of(List<Entry> entries) {
    Fold fold = new Fold();
    entries.forEach(fold::take);
    return new Timeline(
        fold.planned,
        fold.end,
        Map.copyOf(fold.spans),
        fold.processes.values().stream().collect(Collectors.groupingBy(Process::place)),
        List.copyOf(fold.builds));
  }

  Optional<Span> leg(String leg, int attempt) {
    return step(leg, attempt, 0);
  }

  Optional<Span> step(String leg, int attempt, int step) {
    return Optional.ofNullable(spans.get(new Place(leg, attempt, step)));
  }

  /** The processes of a step, or with 0 those of an attempt's services. */
  List<Process> processes(String leg, int attempt, int step) {
    return processes.getOrDefault(new Place(leg, attempt, step), List.of());
  }

  private static final class Fold {
    private long planned;
    private long end;
    private final Map<Place, Span> spans = new HashMap<>();
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private final List<Build> builds = new ArrayList<>();

    void take(Entry entry) {
      end = entry.millis();
      switch (entry.event()) {
        case Event.Planned _ -> planned = end;
        case Event.LegStarted leg -> begin(new Place(leg.leg(), leg.attempt(), 0));
        case Event.StepStarted step -> begin(new Place(step.leg(), step.attempt(), step.step()));
        case Event.StepFinished step -> finish(new Place(step.leg(), step.attempt(), step.step()));
        case Event.LegFinished leg -> finish(new Place(leg.leg(), leg.attempt(), 0));
        case Event.ProcessStarting starting ->
            processes.put(
                starting.id(),
                new Process(
                    new Place(starting.leg(), starting.attempt(), starting.step()),
                    starting.argv(),
                    new Span(end, Optional.empty()),
                    "",
                    true));
        case Event.ProcessEnded ended ->
            processes.computeIfPresent(
                ended.id(),
                (_, it) ->
                    new Process(
                        it.place(),
                        it.argv(),
                        new Span(it.span().from(), Optional.of(end)),
                        ended.how(),
                        ended.ok()));
        case Event.BuildFinished build ->
            builds.add(
                new Build(build, new Span(Math.max(0, end - build.millis()), Optional.of(end))));
        case Event.RunResumed resumed -> resume(resumed);
        default -> {}
      }
    }

    private void begin(Place place) {
      spans.put(place, new Span(end, Optional.empty()));
    }

    private void finish(Place place) {
      spans.computeIfPresent(place, (_, it) -> new Span(it.from(), Optional.of(end)));
    }

    private void resume(Event.RunResumed resumed) {
      Map<String, Integer> kept = new HashMap<>();
      resumed.kept().forEach(it -> kept.put(it.leg(), it.attempts()));
      spans.keySet().removeIf(it -> it.attempt() > kept.getOrDefault(it.leg(), 0));
      processes
          .values()
          .removeIf(it -> it.place().attempt() > kept.getOrDefault(it.place().leg(), 0));
    }
  }
}
