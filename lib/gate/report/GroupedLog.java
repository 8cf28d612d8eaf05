package gate.report;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A leg's lines stand together, once it has ended; what went wrong is told at once as well. */
final class GroupedLog implements Log {
  private final Ci ci;
  private final Map<String, List<String>> held = new LinkedHashMap<>();

  GroupedLog(Ci ci) {
    this.ci = ci;
  }

  @Override
  public String of(Entry entry, List<String> lines) {
    String told = ci.told(entry.event(), lines);
    Optional<String> leg = leg(entry.event());
    if (leg.isEmpty()) {
      return plain(lines) + told;
    }
    List<String> own = held.computeIfAbsent(leg.get(), _ -> new ArrayList<>());
    if (entry.event() instanceof Event.LegStarted) {
      String before = plain(own); // of a machine that broke
      own.clear();
      return before + plain(lines);
    }
    if (!(entry.event() instanceof Event.LegFinished end)) {
      own.addAll(lines);
      return told;
    }
    held.remove(leg.get());
    long at = entry.at().getEpochSecond();
    if (own.isEmpty() || lines.isEmpty()) {
      return plain(lines) + told;
    }
    String title = lines.getFirst();
    String group = ci.group(leg.get(), end.attempt(), at, title, plain(own), isFine(end));
    return group + plain(lines.subList(1, lines.size())) + told;
  }

  private static boolean isFine(Event.LegFinished end) {
    return end.outcome() == Outcome.PASSED;
  }

  private static Optional<String> leg(Event event) {
    return switch (event) {
      case Event.LegStarted it -> Optional.of(it.leg());
      case Event.StepStarted it -> Optional.of(it.leg());
      case Event.CaseFinished it -> Optional.of(it.leg());
      case Event.StepFinished it -> Optional.of(it.leg());
      case Event.LegFinished it -> Optional.of(it.leg());
      default -> Optional.empty();
    };
  }

  @Override
  public String plain(List<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(ci.harmless(line)).append('\n'));
    return text.toString();
  }

  @Override
  public String end() {
    StringBuilder text = new StringBuilder();
    held.values().forEach(lines -> text.append(plain(lines)));
    held.clear();
    return text.toString();
  }
}
