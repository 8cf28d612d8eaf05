package gate.report;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.Kept;
import gate.journal.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** How it stands with a run: what its entries so far come to. */
final class Board {
  private final Map<String, BoardLeg> legs = new LinkedHashMap<>();
  private Map<String, Integer> kept = Map.of();
  private int jobs = 1;
  private boolean dry;
  private long began;
  private boolean finished;

  void take(Entry entry) {
    long at = entry.millis();
    switch (entry.event()) {
      case Event.RunStarted run -> begin(run, at);
      case Event.RunResumed resumed -> {
        begin(resumed.now(), at);
        kept = resumed.kept().stream().collect(Collectors.toMap(Kept::leg, Kept::attempts));
      }
      case Event.Planned planned -> plan(planned);
      case Event.LegStarted leg -> change(leg.leg(), it -> it.began(leg.attempt(), at));
      case Event.StepStarted step ->
          change(
              step.leg(),
              it -> it.at(new BoardLeg.Step(step.step(), step.name(), step.log(), at, true, "")));
      case Event.Action action -> change(action.leg(), it -> it.at(it.step().does(action.text())));
      case Event.CaseFinished test -> change(test.leg(), it -> it.tested(test.outcome()));
      case Event.StepFinished step -> change(step.leg(), it -> it.at(it.step().ended()));
      case Event.LegFinished leg ->
          change(leg.leg(), it -> it.ended(leg.outcome(), leg.attempt(), leg.millis()));
      case Event.RunFinished _ -> finished = true;
      default -> {}
    }
  }

  private void begin(Event.RunStarted run, long at) {
    jobs = run.jobs();
    dry = run.dry();
    began = at;
    finished = false;
  }

  private void plan(Event.Planned planned) {
    legs.clear();
    planned.legs().stream()
        .filter(leg -> leg.decision().equals("run"))
        .forEach(leg -> {
          BoardLeg fresh = BoardLeg.waiting(leg, "");
          Integer before = kept.get(leg.leg());
          legs.put(leg.leg(), before == null ? fresh : fresh.ended(Outcome.PASSED, before, 0));
        });
  }

  /** A leg waits, whatever was before. */
  void waits(String leg, String why) {
    change(leg, it -> BoardLeg.waiting(it.plan(), why));
  }

  private void change(String leg, UnaryOperator<BoardLeg> how) {
    legs.computeIfPresent(leg, (_, it) -> how.apply(it));
  }

  /** Those that are to run, in the plan's order. */
  List<BoardLeg> legs() {
    return List.copyOf(legs.values());
  }

  /** How many run side by side at most. */
  int jobs() {
    return jobs;
  }

  /** When the run, or its going on, began. */
  long began() {
    return began;
  }

  /** Whether something goes on that can be watched. */
  boolean goesOn() {
    return !dry && !finished && !legs.isEmpty();
  }
}
