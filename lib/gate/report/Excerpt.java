package gate.report;

import gate.journal.Event.CaseFinished;
import gate.journal.RunRecord.StepRecord;
import gate.report.Ansi.Piece;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The lines of a log around what went wrong: where the first bad case fails, or its end. */
final class Excerpt {
  private static final int BYTES = 2 << 20;
  private static final int BEFORE = 4;
  private static final int AFTER = 24;
  private static final int LAST = 6;
  private static final int WIDTH = 400;
  private static final Pattern FAULT =
      Pattern.compile("panicked at|\\bFAILED\\b|^error\\b|assertion.* failed");
  private static final Pattern BREAK = Pattern.compile("\r\n|\n|\r");

  private Excerpt() {}

  /** Its lines in pieces; a line without any where some are left out. */
  static List<List<Piece>> of(Path runFolder, StepRecord step) {
    LogFile end = LogFile.end(runFolder, step.log(), BYTES);
    if (end.fault().isPresent()) {
      return List.of(List.of(new Piece(end.fault().get(), "ansi-faint")));
    }
    List<String> lines = List.of(BREAK.split(end.text().stripTrailing(), -1));
    int from = Math.max(0, fault(lines, step) - BEFORE);
    int until = Math.min(lines.size(), from + BEFORE + AFTER);
    int rest = Math.max(until, lines.size() - LAST);
    Ansi ansi = new Ansi();
    List<List<Piece>> shown = new ArrayList<>();
    for (int i = from; i < lines.size(); i++) {
      if (i < until || i >= rest) {
        shown.add(ansi.line(Clean.cut(lines.get(i), WIDTH)));
      } else if (i == until) {
        shown.add(List.of());
      }
    }
    return shown;
  }

  private static int fault(List<String> lines, StepRecord step) {
    String name =
        step.cases().stream()
            .filter(it -> it.outcome().bad())
            .map(CaseFinished::name)
            .findFirst()
            .orElse("");
    int first = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (FAULT.matcher(Clean.plain(lines.get(i))).find()) {
        if (name.isEmpty() || lines.get(i).contains(name)) {
          return i;
        }
        first = first < 0 ? i : first;
      }
    }
    return first < 0 ? Math.max(0, lines.size() - AFTER) : first;
  }
}
