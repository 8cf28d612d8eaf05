package gate.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The end of one log among those of legs that run or didn't pass. */
final class LogView {
  private final Path folder;
  private String chosen = "";
  private List<BoardLeg> choice = List.of();

  LogView(Path folder) {
    this.folder = folder;
  }

  /** The one at this place among the names that were shown; from 0. */
  void choose(int place) {
    if (place < choice.size()) {
      chosen = choice.get(place).name();
    }
  }

  /** The one after that which is shown. */
  void next() {
    if (!choice.isEmpty()) {
      choose((at() + 1) % choice.size());
    }
  }

  private int at() {
    for (int i = 0; i < choice.size(); i++) {
      if (choice.get(i).name().equals(chosen)) {
        return i;
      }
    }
    return 0;
  }

  /** Which one it is, and its last lines. */
  List<String> lines(Board board, int columns, int most, Style style) {
    choice =
        board.legs().stream()
            .filter(leg -> leg.runs() || leg.isWrong())
            .filter(leg -> !leg.step().log().isEmpty())
            .toList();
    if (choice.isEmpty()) {
      return List.of(new Row(columns).add("no step has a log yet").toString());
    }
    BoardLeg leg = choice.get(at());
    chosen = leg.name();
    List<String> lines = new ArrayList<>();
    lines.add(names(columns, style));
    lines.add(
        new Row(columns).add("log  " + Clean.line(leg.step().log()), style::faint).toString());
    if (most > 2) {
      LogTail.of(folder, leg.step().log(), most - 2)
          .forEach(
              line -> lines.add(new Row(columns).add("| ", style::faint).add(line).toString()));
    }
    return lines.subList(0, Math.min(most, lines.size()));
  }

  private String names(int columns, Style style) {
    Row row = new Row(columns);
    for (int i = 0; i < choice.size(); i++) {
      String name = (i + 1) + " " + Clean.line(choice.get(i).name(), 40);
      row.add(i == 0 ? "" : "  ").add(name, i == at() ? style::strong : style::faint);
    }
    return row.toString();
  }
}
