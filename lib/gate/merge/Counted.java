package gate.merge;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.Kept;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The entries of a journal that count: of a run that was resumed, without what was repeated. */
final class Counted {
  private Counted() {}

  static List<Entry> of(List<Entry> entries) {
    List<Entry> counted = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.event() instanceof Event.RunResumed resumed) {
        counted = kept(counted, resumed);
      } else {
        counted.add(entry);
      }
    }
    return counted;
  }

  private static List<Entry> kept(List<Entry> entries, Event.RunResumed resumed) {
    Map<String, Integer> attempts = new HashMap<>();
    for (Kept kept : resumed.kept()) {
      attempts.put(kept.leg(), kept.attempts());
    }
    List<Entry> kept = new ArrayList<>();
    for (Entry entry : entries) {
      if (counts(entry.event(), attempts)) {
        kept.add(entry);
      }
    }
    return kept;
  }

  private static boolean counts(Event event, Map<String, Integer> attempts) {
    return switch (event) {
      case Event.Problem _,
          Event.StopRequested _,
          Event.RunFinished _,
          Event.Planned _,
          Event.InputsRead _,
          Event.PartTaken _,
          Event.GateStarted _ ->
          false;
      case Event.InputsChanged _ -> !attempts.isEmpty();
      case Event.LegFinished leg when leg.attempt() == 0 -> false;
      default ->
          EventLeg.of(event)
              .map(it -> it.attempt() <= attempts.getOrDefault(it.leg(), 0))
              .orElse(true);
    };
  }
}
