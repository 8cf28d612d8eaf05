package gate.report;

import gate.journal.Usual;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What earlier runs let expect of one that goes on. */
final class Forecast {
  /** Below this much more than usual, in milliseconds, nothing is called slow. */
  private static final long NOTABLE = 2_000;

  private Forecast() {}

  /** Whether it takes notably longer than usual. */
  static boolean slow(long millis, OptionalLong usual) {
    return usual.isPresent() && millis > usual.getAsLong() * 3 / 2 + NOTABLE;
  }

  /**
   * How many milliseconds it will still go on, if each leg takes its usual time and the next starts
   * as soon as a slot and its locks are free and its needs have ended; empty where some leg's time
   * isn't known, or where it waits for what isn't the gate's to give.
   */
  static OptionalLong left(Board board, Usual usual, long now) {
    Map<String, Long> ends = new HashMap<>();
    List<BoardLeg> waiting = new ArrayList<>();
    List<Long> slots = new ArrayList<>();
    for (BoardLeg leg : board.legs()) {
      OptionalLong time = usual.leg(leg.name());
      if (leg.phase() == BoardLeg.Phase.ENDED) {
        ends.put(leg.name(), 0L);
      } else if (time.isEmpty() || !leg.note().isEmpty()) {
        return OptionalLong.empty();
      } else if (leg.runs()) {
        long left = Math.max(0, time.getAsLong() - (now - leg.since()));
        ends.put(leg.name(), left);
        slots.add(left);
      } else {
        waiting.add(leg);
      }
    }
    while (slots.size() < board.jobs()) {
      slots.add(0L);
    }
    while (!waiting.isEmpty()) {
      BoardLeg next = next(waiting, ends);
      waiting.remove(next);
      slots.sort(null);
      long begins = Math.max(slots.removeFirst(), ready(next, board, ends));
      long end = begins + usual.leg(next.name()).orElse(0);
      ends.put(next.name(), end);
      slots.add(end);
    }
    return OptionalLong.of(ends.values().stream().mapToLong(it -> it).max().orElse(0));
  }

  /** The first whose needs are all reckoned with. */
  private static BoardLeg next(List<BoardLeg> waiting, Map<String, Long> ends) {
    List<String> names = waiting.stream().map(BoardLeg::name).toList();
    return waiting.stream()
        .filter(leg -> leg.plan().needs().stream().noneMatch(names::contains))
        .findFirst()
        .orElse(waiting.getFirst());
  }

  private static long ready(BoardLeg leg, Board board, Map<String, Long> ends) {
    return board.legs().stream()
        .filter(other -> ends.containsKey(other.name()))
        .filter(other -> leg.plan().needs().contains(other.name()) || share(leg, other))
        .mapToLong(other -> ends.get(other.name()))
        .max()
        .orElse(0);
  }

  private static boolean share(BoardLeg leg, BoardLeg other) {
    return leg.plan().locks().stream().anyMatch(other.plan().locks()::contains);
  }
}
