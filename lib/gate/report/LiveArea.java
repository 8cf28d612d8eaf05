package gate.report;

import gate.journal.Event;
import gate.journal.Event.PlannedLeg;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What goes on right now, as a few lines; times in milliseconds by the caller's clock. */
final class LiveArea {
  private static final int MOST = 8;

  private final Map<String, PlannedLeg> plan = new LinkedHashMap<>();
  private final Map<String, Running> running = new LinkedHashMap<>();
  private long begin;
  private boolean dry;
  private long toRun;
  private int ended;
  private int wrong;

  private record Running(long since, int step, String name, long stepSince) {}

  void take(Event event, long now) {
    switch (event) {
      case Event.RunStarted run -> {
        begin = now;
        dry = run.dry();
      }
      case Event.RunResumed resumed -> {
        begin = now;
        running.clear();
        ended = resumed.kept().size();
        wrong = 0;
      }
      case Event.Planned planned -> {
        planned.legs().forEach(leg -> plan.put(leg.leg(), leg));
        toRun = planned.legs().stream().filter(leg -> leg.decision().equals("run")).count();
      }
      case Event.LegStarted leg -> running.put(leg.leg(), new Running(now, 0, "", now));
      case Event.StepStarted step ->
          running.computeIfPresent(
              step.leg(), (_, it) -> new Running(it.since(), step.step(), step.name(), now));
      case Event.StepFinished step ->
          running.computeIfPresent(step.leg(), (_, it) -> new Running(it.since(), 0, "", now));
      case Event.LegFinished leg -> {
        boolean began = running.remove(leg.leg()) != null;
        if (began || leg.attempt() == 0) {
          ended++;
        }
        wrong += leg.outcome().bad() ? 1 : 0;
      }
      default -> {}
    }
  }

  /** The lines, each at most so many columns wide; none where nothing goes on. */
  List<String> lines(long now, int columns) {
    if (dry || toRun == 0) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    running.forEach((leg, it) -> {
      if (lines.size() < MOST) {
        lines.add(Width.cut("  " + line(leg, it, now), columns));
      }
    });
    if (running.size() > MOST) {
      lines.add(Width.cut("  and " + (running.size() - MOST) + " more", columns));
    }
    lines.add(
        Width.cut(
            "… %s of %s ended%s · %s"
                .formatted(
                    Math.min(ended, toRun),
                    Amounts.of(toRun, "leg"),
                    wrong == 0 ? "" : ", " + wrong + " not well",
                    Amounts.running(now - begin)),
            columns));
    return lines;
  }

  private String line(String leg, Running it, long now) {
    String id = Clean.line(leg, 60);
    if (it.step() == 0) {
      return "%s  %s".formatted(id, Amounts.running(now - it.since()));
    }
    int steps = plan.containsKey(leg) ? plan.get(leg).steps().size() : it.step();
    return "%s  %s  %s/%s %s"
        .formatted(
            id,
            Amounts.running(now - it.stepSince()),
            it.step(),
            steps,
            Clean.line(it.name(), 120));
  }
}
