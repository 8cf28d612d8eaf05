package gate.report;

import gate.journal.Event.BuildFinished;
import gate.journal.Event.CaseFinished;
import gate.journal.Outcome;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import gate.report.Ansi.Piece;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What is wrong, with the lines of the log that say so and the commands that repeat it. */
final class WrongPart {
  private static final int MOST_CASES = 20;
  private static final int MOST_TEXT = 4_000;
  private static final int MOST_EXCERPTS = 50;

  private final View view;
  private final Logs logs;
  private final boolean live;
  private int excerpts;

  WrongPart(View view, Logs logs, boolean live) {
    this.view = view;
    this.logs = logs;
    this.live = live;
  }

  /** Whether a leg belongs here; of one that goes on what has failed so far. */
  static boolean wrong(LegRecord leg, boolean live) {
    return live && leg.outcome() == Outcome.INTERRUPTED
        ? leg.attempts().stream().flatMap(it -> it.steps().stream()).anyMatch(WrongPart::failed)
        : Why.needsDetail(leg);
  }

  private static boolean failed(StepRecord step) {
    return step.outcome() != Outcome.INTERRUPTED && Why.wrong(step)
        || step.cases().stream().anyMatch(it -> it.outcome().bad());
  }

  void write(Html html) throws IOException {
    List<LegRecord> legs = view.run().legs().stream().filter(it -> wrong(it, live)).toList();
    List<BuildFinished> builds = view.run().builds().stream().filter(it -> !it.ok()).toList();
    if (legs.isEmpty() && builds.isEmpty()) {
      return;
    }
    html.open("section", "id", "wrong", "aria-labelledby", "wrong-title");
    html.line("h2", "What is wrong", "id", "wrong-title").newLine();
    for (BuildFinished build : builds) {
      build(html, build);
    }
    for (LegRecord leg : legs) {
      leg(html, leg);
    }
    html.close("section").newLine();
  }

  private void build(Html html, BuildFinished build) throws IOException {
    html.open("article", "class", "fault is-bad");
    html.open("h3").line("span", Mark.BAD.sign(), "class", "sign", "aria-hidden", "true");
    html.text("A build failed").close("h3");
    command(html, "repeat the build", build.command());
    log(html, build.log());
    html.close("article").newLine();
  }

  private void leg(Html html, LegRecord leg) throws IOException {
    Told told = Told.of(view, leg, live);
    html.open("article", "class", "fault " + told.mark().style());
    html.open("h3").line("span", told.mark().sign(), "class", "sign", "aria-hidden", "true");
    html.line("a", leg.plan().leg(), "href", "#" + Anchor.leg(leg.plan().leg()));
    html.text(" ").line("span", told.word(), "class", "outcome");
    html.line("span", leg.plan().title(), "class", "title").close("h3");
    List<AttemptRecord> attempts =
        leg.attempts().size() > 1
            ? leg.attempts().stream()
                .filter(it -> it.steps().stream().anyMatch(Why::wrong))
                .limit(MOST_CASES)
                .toList()
            : leg.attempts();
    if (attempts.stream().flatMap(it -> it.steps().stream()).noneMatch(this::shown)) {
      block(html, leg.reason(), "reason");
    }
    for (AttemptRecord attempt : attempts) {
      for (StepRecord step : attempt.steps()) {
        if (shown(step)) {
          step(html, leg, attempt, step);
        }
      }
    }
    command(html, "repeat the leg", Again.leg(view.run().started(), leg.plan().leg()));
    html.close("article").newLine();
  }

  private boolean shown(StepRecord step) {
    return live && step.outcome() == Outcome.INTERRUPTED ? failed(step) : Why.wrong(step);
  }

  private void step(Html html, LegRecord leg, AttemptRecord attempt, StepRecord step)
      throws IOException {
    html.open("div", "class", "fault-step");
    html.open("h4");
    if (leg.attempts().size() > 1) {
      html.text("attempt " + attempt.attempt() + ", ");
    }
    html.text("step " + step.step() + " ").line("q", step.name()).text(" ");
    html.line("span", Told.of(step, leg, live).word(), "class", "outcome");
    html.close("h4");
    block(html, Why.step(step), "reason");
    cases(html, leg, step);
    List<List<Piece>> excerpt = excerpts++ < MOST_EXCERPTS ? logs.excerpt(step) : List.of();
    if (!excerpt.isEmpty()) {
      excerpt(html, step, excerpt);
    }
    log(html, step.log());
    if (!step.repeat().isEmpty()) {
      command(html, "repeat the step", Paste.of(step.repeat()));
    }
    html.close("div");
  }

  private static void cases(Html html, LegRecord leg, StepRecord step) throws IOException {
    List<CaseFinished> bad = step.cases().stream().filter(it -> it.outcome().bad()).toList();
    if (bad.isEmpty()) {
      return;
    }
    html.open("ul", "class", "fault-cases");
    for (CaseFinished test : bad.subList(0, Math.min(MOST_CASES, bad.size()))) {
      html.open("li");
      html.open("a", "href", "#" + Anchor.item(Suites.place(leg, step, test), test.name()));
      html.line("code", (test.group() + " " + test.name()).strip()).close("a");
      html.text(" ").line("span", test.outcome().word(), "class", "outcome");
      block(html, test.message(), "message");
      html.close("li");
    }
    html.close("ul");
    if (bad.size() > MOST_CASES) {
      html.line("p", "and %d more below".formatted(bad.size() - MOST_CASES));
    }
  }

  private static void excerpt(Html html, StepRecord step, List<List<Piece>> lines)
      throws IOException {
    html.open(
        "pre",
        "class",
        "log",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "From " + step.log());
    for (List<Piece> line : lines) {
      if (line.isEmpty()) {
        html.line("span", "⋮", "class", "gap");
      }
      for (Piece piece : line) {
        if (piece.style().isEmpty()) {
          html.text(piece.text());
        } else {
          html.line("span", piece.text(), "class", piece.style());
        }
      }
      html.newLine();
    }
    html.close("pre");
  }

  private void log(Html html, String log) throws IOException {
    if (log.isEmpty()) {
      return;
    }
    Optional<String> link = logs.link(log);
    html.open("p", "class", "full-log").text("the full log: ");
    if (link.isPresent()) {
      html.line("a", log, "href", link.get());
    } else {
      html.line("code", log);
    }
    html.close("p");
  }

  static void command(Html html, String what, String command) throws IOException {
    html.open("p", "class", "command").line("span", what, "class", "what");
    html.line("code", command).close("p");
  }

  private static void block(Html html, String text, String style) throws IOException {
    String block = Clean.cut(Clean.block(text), MOST_TEXT);
    if (!block.isEmpty()) {
      html.line("pre", block, "class", style);
    }
  }
}
