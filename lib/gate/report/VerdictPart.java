package gate.report;

import gate.journal.Event.RunStarted;
import gate.journal.RunRecord.LegRecord;
import gate.journal.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The head of a page: the verdict, and why. */
final class VerdictPart {
  private static final int MOST_REASONS = 50;

  private final View view;
  private final boolean running;

  VerdictPart(View view, boolean live) {
    this.view = view;
    this.running = live && view.run().finished().isEmpty();
  }

  /** As {@code GREEN}, {@code GREEN SELECTED}, {@code RUNNING}. */
  String word() {
    return (running ? "RUNNING" : view.verdict().kind().name())
        + (view.mark().isEmpty() ? "" : " " + view.mark());
  }

  /** The class of its colours. What doesn't count for a release never looks as green does. */
  String style() {
    if (running) {
      return wrong() ? "v-running v-wrong" : "v-running";
    }
    String style = "v-" + view.verdict().kind().name().toLowerCase(Locale.ROOT);
    return view.mark().isEmpty() ? style : style + " v-selected";
  }

  void write(Html html) throws IOException {
    RunStarted run = view.run().started();
    html.open("header", "id", "verdict", "class", "verdict " + style());
    html.open("h1");
    html.line("span", sign(), "class", "sign", "aria-hidden", "true");
    html.line("span", word(), "class", "word").text(" ");
    html.line("span", run.name(), "class", "name").close("h1");
    html.line("p", line(), "class", "tally");
    if (!view.mark().isEmpty()) {
      html.line("p", Why.mark(view), "class", "strong");
    }
    if (view.waived().isPresent()) {
      html.line("p", "Waived " + view.waived().get(), "class", "strong waiver");
    }
    reasons(html);
    html.open("p", "class", "run");
    html.text("run ").line("code", run.run()).text(" · " + Why.commit(view) + " · ");
    html.line("time", view.run().at().toString().replaceFirst("\\.\\d+Z$", "Z"));
    html.close("p").close("header").newLine();
  }

  private void reasons(Html html) throws IOException {
    List<String> reasons = running ? List.of() : Why.verdict(view);
    if (reasons.isEmpty()) {
      return;
    }
    html.open("ul", "class", "reasons");
    for (String reason : reasons.subList(0, Math.min(MOST_REASONS, reasons.size()))) {
      html.line("li", Clean.cut(Clean.line(reason), 400));
    }
    if (reasons.size() > MOST_REASONS) {
      html.line("li", "and %d more in summary.md".formatted(reasons.size() - MOST_REASONS));
    }
    html.close("ul");
  }

  private String line() {
    if (view.isDry()) {
      return "A dry run: nothing ran.";
    }
    if (running) {
      return "%d of %s ended, %s"
          .formatted(
              view.run().legs().stream().filter(VerdictPart::ended).count(),
              Amounts.of(view.run().legs().size(), "leg"),
              wrong() ? "and something is wrong already" : "nothing is wrong so far");
    }
    return Tally.of(view.run())
        .line(view.verdict().kind() == Verdict.Kind.GREEN, view.run().millis());
  }

  private boolean wrong() {
    return view.run().legs().stream().anyMatch(it -> WrongPart.wrong(it, true));
  }

  private static boolean ended(LegRecord leg) {
    return leg.outcome() != gate.journal.Outcome.INTERRUPTED;
  }

  private String sign() {
    return running
        ? "▸"
        : switch (view.verdict().kind()) {
          case GREEN -> "✓";
          case PARTIAL -> "◐";
          case RED -> "✗";
          case INTERRUPTED -> "■";
          case DRY -> "○";
        };
  }
}
