package gate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Why a leg that is to run doesn't. */
final class Waiting {
  private static final int LONGEST_NOTE = 200;

  private Waiting() {}

  /** A sentence. */
  static String why(BoardLeg leg, Board board) {
    List<String> why = new ArrayList<>();
    List<String> open =
        board.legs().stream()
            .filter(it -> leg.plan().needs().contains(it.name()))
            .filter(it -> it.phase() != BoardLeg.Phase.ENDED)
            .map(BoardLeg::name)
            .toList();
    if (!open.isEmpty()) {
      why.add("needs " + String.join(", ", open));
    }
    for (BoardLeg other : board.legs()) {
      String shared =
          other.plan().locks().stream()
              .filter(leg.plan().locks()::contains)
              .collect(Collectors.joining(", "));
      if (other.runs() && !shared.isEmpty()) {
        why.add("%s holds the lock %s".formatted(other.name(), shared));
      }
    }
    if (why.isEmpty() && !leg.note().isEmpty()) {
      return Clean.line(leg.note(), LONGEST_NOTE);
    }
    long running = board.legs().stream().filter(BoardLeg::runs).count();
    if (why.isEmpty() && running >= board.jobs()) {
      why.add("-j %d: %s".formatted(board.jobs(), Amounts.of(running, "leg") + " run"));
    }
    return why.isEmpty() ? "is about to start" : String.join("; ", why);
  }
}
