package gate.report;

import gate.journal.Usual;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What goes on right now, as lines that fit.
 *
 * @param now milliseconds of the run
 * @param most how many lines there may be
 * @param keys what the last line says of keys, or that the run is being stopped; empty: nothing
 */
record Frame(Board board, Usual usual, long now, int columns, int most, Style style, String keys) {
  private static final int LONGEST_NAME = 28;
  private static final int WIDE = 60;

  /** A line a leg, and one for all; none where nothing goes on. */
  List<String> legs() {
    if (!board.goesOn()) {
      return List.of();
    }
    List<BoardLeg> shown = shown();
    List<String> lines = new ArrayList<>();
    int name = shown.stream().mapToInt(leg -> Width.of(id(leg))).max().orElse(0);
    int time = shown.stream().mapToInt(leg -> Width.of(time(leg))).max().orElse(0);
    for (BoardLeg leg : shown) {
      lines.add(line(leg, Math.min(name, Math.min(LONGEST_NAME, columns / 3)), time));
    }
    if (shown.size() < board.legs().size()) {
      lines.add(new Row(columns).add("  " + others(shown)).toString());
    }
    lines.add(all());
    return lines;
  }

  /** Other lines, above the one for all. */
  List<String> below(List<String> others) {
    List<String> lines = new ArrayList<>(others);
    lines.add(all());
    return lines;
  }

  /** All of them; or where there is no room, the first of those that matter most. */
  private List<BoardLeg> shown() {
    List<BoardLeg> legs = board.legs();
    if (legs.size() + 1 <= most) {
      return legs;
    }
    List<BoardLeg> first =
        legs.stream()
            .sorted(Comparator.comparingInt(Frame::rank))
            .limit(Math.max(1, most - 2))
            .toList();
    return legs.stream().filter(first::contains).toList();
  }

  private static int rank(BoardLeg leg) {
    return leg.runs() ? 0 : leg.isWrong() ? 1 : leg.waits() ? 2 : 3;
  }

  private String others(List<BoardLeg> shown) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (BoardLeg leg : board.legs()) {
      if (!shown.contains(leg)) {
        String how =
            switch (leg.phase()) {
              case RUNS -> "running";
              case WAITS -> "waiting";
              case ENDED -> leg.outcome().word();
            };
        counts.merge(how, 1, Integer::sum);
      }
    }
    List<String> words = new ArrayList<>();
    counts.forEach((how, count) -> words.add(count + " " + how));
    return "and " + String.join(", ", words);
  }

  private String line(BoardLeg leg, int name, int time) {
    Row row = new Row(columns);
    switch (leg.phase()) {
      case WAITS -> row.add(".", style::faint);
      case RUNS -> row.add(">", leg.troubled() ? style::bad : style::strong);
      case ENDED -> row.add(style.mark(leg).sign(), style.mark(leg).colour());
    }
    row.add(" ").cell(id(leg), name).add("  ");
    switch (leg.phase()) {
      case WAITS -> row.add(Waiting.why(leg, board), style::faint);
      case RUNS -> running(leg, time, row);
      case ENDED -> row.cell(time(leg), time).add("  " + leg.outcome().word() + cases(leg, ", "));
    }
    return row.toString();
  }

  private void running(BoardLeg leg, int time, Row row) {
    if (slow(leg)) {
      row.add(time(leg), style::warn).add(" ".repeat(time - Width.of(time(leg))));
    } else {
      row.cell(time(leg), time);
    }
    row.add("  " + step(leg));
    if (columns >= WIDE) {
      row.add(cases(leg, "  "), leg.wrong() > 0 ? style::bad : style::faint);
    }
  }

  private static String step(BoardLeg leg) {
    if (leg.step().number() == 0) {
      return "starting";
    }
    return "%s/%s %s"
        .formatted(
            leg.step().number(), leg.plan().steps().size(), Clean.line(leg.step().name(), 120));
  }

  private static String cases(BoardLeg leg, String before) {
    if (leg.cases() == 0) {
      return "";
    }
    String wrong = leg.wrong() == 0 ? "" : " (" + leg.wrong() + " not well)";
    return before + Amounts.of(leg.cases(), "case") + wrong;
  }

  private String time(BoardLeg leg) {
    return switch (leg.phase()) {
      case WAITS -> "";
      case ENDED -> leg.millis() == 0 ? "" : Amounts.running(leg.millis());
      case RUNS -> {
        OptionalLong often = usual.leg(leg.name());
        String of = often.isPresent() ? "/~" + Amounts.running(often.getAsLong()) : "";
        yield Amounts.running(elapsed(leg)) + of + (slow(leg) ? " slow" : "");
      }
    };
  }

  private long elapsed(BoardLeg leg) {
    return Math.max(0, now - leg.since());
  }

  /** The leg, or the step that it is at. */
  private boolean slow(BoardLeg leg) {
    BoardLeg.Step step = leg.step();
    return Forecast.slow(elapsed(leg), usual.leg(leg.name()))
        || step.runs() && Forecast.slow(now - step.since(), usual.step(leg.name(), step.name()));
  }

  /** The last line. */
  private String all() {
    List<BoardLeg> legs = board.legs();
    long ended = legs.stream().filter(it -> it.phase() == BoardLeg.Phase.ENDED).count();
    long wrong = legs.stream().filter(BoardLeg::isWrong).count();
    String left =
        Forecast.left(board, usual, now).stream()
            .mapToObj(
                it -> it < 1_000 ? " · about done" : " · about " + Amounts.running(it) + " left")
            .findFirst()
            .orElse("");
    return new Row(columns)
        .add(
            "… %s of %s ended%s · %s%s"
                .formatted(
                    ended,
                    Amounts.of(legs.size(), "leg"),
                    wrong == 0 ? "" : ", " + wrong + " not well",
                    Amounts.running(Math.max(0, now - board.began())),
                    left))
        .add(keys.isEmpty() ? "" : " · " + keys, style::faint)
        .toString();
  }

  private static String id(BoardLeg leg) {
    return Clean.line(leg.name(), 60);
  }

  /** Why each leg that waits does, and what those that run are at. */
  List<String> waits() {
    List<String> lines = new ArrayList<>();
    lines.add(new Row(columns).add("why it waits", style::strong).toString());
    for (BoardLeg leg : board.legs()) {
      if (leg.waits()) {
        lines.add(detail(". ", leg, Waiting.why(leg, board)));
      } else if (leg.runs()) {
        lines.add(detail("> ", leg, doing(leg)));
      }
    }
    if (lines.size() > most - 1) {
      int more = lines.size() - most + 2;
      lines.subList(Math.max(1, most - 2), lines.size()).clear();
      lines.add("  and " + more + " more");
    }
    lines.add(all());
    return lines;
  }

  private String detail(String sign, BoardLeg leg, String text) {
    return new Row(columns).add(sign + id(leg) + "  ").add(text, style::faint).toString();
  }

  private String doing(BoardLeg leg) {
    BoardLeg.Step step = leg.step();
    if (!step.runs()) {
      return step.number() == 0 ? "its services start" : "between two steps";
    }
    String since = "since " + Amounts.running(Math.max(0, now - step.since()));
    return step.action().isEmpty() ? since : since + "  " + Clean.line(step.action(), 300);
  }
}
