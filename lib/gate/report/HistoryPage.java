package gate.report;

import gate.journal.Outcome;
import gate.journal.Verdict;
import gate.report.History.Flaky;
import gate.report.History.Line;
import gate.report.History.Past;
import gate.report.History.Slow;
import gate.report.History.Test;
import gate.report.History.Turned;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Many runs as one HTML file that needs nothing else: it has no script that it couldn't do without.
 */
public final class HistoryPage {
  private static final int MOST = 50;
  private static final int MOST_SLOW = 20;
  private static final int MOST_SIGNED = 80;

  private final String name;
  private final History history;
  private final Html html;

  private HistoryPage(String name, History history, Html html) {
    this.name = name;
    this.history = history;
    this.html = html;
  }

  /** Writes the file; {@code to} stays open. */
  public static void write(String name, History history, Writer to) throws IOException {
    new HistoryPage(name, history, new Html(to)).write();
  }

  private void write() throws IOException {
    Shell.open(html, "History · " + name, "", false);
    html.open("main", "id", "main");
    head();
    html.open("nav", "aria-label", "Parts of this page");
    html.line("a", "Legs", "href", "#legs").line("a", "Turned red", "href", "#turned");
    html.line("a", "Flaky", "href", "#flaky").line("a", "Slowest", "href", "#slowest");
    html.line("a", "Runs", "href", "#runs").close("nav").newLine();
    legs();
    turned();
    flaky();
    slowest();
    runs();
    html.close("main").newLine();
    Shell.close(html);
  }

  private void head() throws IOException {
    Map<Verdict.Kind, Integer> kinds = new EnumMap<>(Verdict.Kind.class);
    history.runs().forEach(it -> kinds.merge(it.verdict().kind(), 1, Integer::sum));
    html.open("header", "class", "past").line("h1", name + ": " + runs(history.runs().size()));
    html.open("p");
    for (Map.Entry<Verdict.Kind, Integer> kind : kinds.entrySet()) {
      html.line(
          "span", kind.getValue() + " " + kind.getKey(), "class", "chip " + style(kind.getKey()));
      html.text(" ");
    }
    html.close("p").close("header").newLine();
  }

  private static String runs(int count) {
    return Amounts.of(count, "run");
  }

  private static String style(Verdict.Kind kind) {
    return "v-" + kind.name().toLowerCase(Locale.ROOT);
  }

  private void section(String id, String title, String what) throws IOException {
    html.open("section", "id", id, "aria-labelledby", id + "-title");
    html.line("h2", title, "id", id + "-title");
    html.line("p", what, "class", "meta").newLine();
  }

  private void legs() throws IOException {
    section(
        "legs",
        "Legs over time",
        "One bar a run, the earliest first: its height is how long the leg took. A gap is a run"
            + " that tells nothing of it.");
    for (Map.Entry<Test, Line> leg : history.legs().entrySet()) {
      leg(leg.getKey(), leg.getValue());
    }
    html.close("section").newLine();
  }

  private void leg(Test leg, Line line) throws IOException {
    List<Integer> times = new ArrayList<>();
    int ran = 0;
    int good = 0;
    int last = -1;
    for (int run = 0; run < history.runs().size(); run++) {
      Optional<Outcome> outcome = line.outcome(run);
      if (outcome.isPresent()) {
        ran++;
        good += outcome.get() == Outcome.PASSED ? 1 : 0;
        last = run;
        if (line.millis(run) >= 0) {
          times.add(line.millis(run));
        }
      }
    }
    if (ran == 0) {
      return;
    }
    Collections.sort(times);
    Told told = Told.of(line.outcome(last).orElseThrow(), false);
    String text =
        "passed in %d of %s%s"
            .formatted(
                good,
                runs(ran),
                times.isEmpty()
                    ? ""
                    : ", mostly in %s, at most in %s"
                        .formatted(
                            Amounts.time(times.get(times.size() / 2)),
                            Amounts.time(times.getLast())));
    html.open("div", "class", "plot " + told.mark().style());
    html.open("p").line("span", told.mark().sign(), "class", "sign", "aria-hidden", "true");
    html.line("b", leg.leg()).text(" ").line("span", told.word(), "class", "outcome");
    html.text(" ").line("span", text, "class", "meta").close("p");
    bars(leg, line, times.isEmpty() ? 1 : Math.max(1, times.getLast()), text);
    html.close("div").newLine();
  }

  private void bars(Test leg, Line line, int most, String text) throws IOException {
    int runs = history.runs().size();
    double width = 100.0 / Math.max(20, runs);
    html.open("svg", "class", "bars", "role", "img", "aria-label", leg.leg() + ": " + text);
    for (int run = 0; run < runs; run++) {
      if (line.outcome(run).isEmpty()) {
        continue;
      }
      Outcome outcome = line.outcome(run).get();
      double height = Math.max(6, 100.0 * Math.max(0, line.millis(run)) / most);
      html.open(
          "rect",
          "x",
          percent(run * width),
          "y",
          percent(100 - height),
          "width",
          percent(width * 0.8),
          "height",
          percent(height),
          "class",
          "bar " + Mark.of(outcome, false).style());
      Past past = history.runs().get(run);
      html.line(
          "title",
          "%s %s%s"
              .formatted(
                  past.run(),
                  outcome.word(),
                  line.millis(run) < 0 ? "" : ", " + Amounts.time(line.millis(run))));
      html.close("rect");
      if (outcome != Outcome.PASSED && runs <= MOST_SIGNED) {
        html.line(
            "text",
            Mark.of(outcome, false).sign(),
            "x",
            percent(run * width + width * 0.4),
            "y",
            "12",
            "text-anchor",
            "middle",
            "class",
            Mark.of(outcome, false).style());
      }
    }
    html.close("svg");
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.2f%%", part);
  }

  private void turned() throws IOException {
    section(
        "turned",
        "Turned red",
        "Red when it last ran, and passed before: the first commit on which it was red.");
    List<Turned> all = history.turned();
    if (table(all.size(), "what", "first bad commit", "first red run", "last good commit")) {
      for (Turned it : all.subList(0, Math.min(MOST, all.size()))) {
        html.open("tr").line("th", it.test().shown(), "scope", "row");
        html.open("td").line("code", commit(it.bad())).close("td").open("td");
        link(it.bad());
        html.close("td").open("td").line("code", commit(it.good())).close("td").close("tr");
      }
      end(all.size());
    }
  }

  private static String commit(Past past) {
    return Why.shortened(past.commit()) + (past.dirty() ? " (dirty)" : "");
  }

  private void flaky() throws IOException {
    section(
        "flaky",
        "Flaky",
        "Passed only when tried again, or failed on a commit on which it has passed, too.");
    List<Flaky> all = history.flaky();
    if (table(all.size(), "what", "flaky", "of runs", "share")) {
      for (Flaky it : all.subList(0, Math.min(MOST, all.size()))) {
        row(
            it.test().shown(),
            Integer.toString(it.times()),
            Integer.toString(it.ran()),
            Math.round(100.0 * it.times() / it.ran()) + " %");
      }
      end(all.size());
    }
  }

  private void slowest() throws IOException {
    section("slowest", "Slowest cases", "By the middle of the times in which they passed.");
    List<Slow> all = history.slowest();
    if (table(all.size(), "case", "mostly", "the last time")) {
      for (Slow it : all.subList(0, Math.min(MOST_SLOW, all.size()))) {
        row(it.test().shown(), Amounts.time(it.median()), Amounts.time(it.last()));
      }
      end(0);
    }
  }

  private void runs() throws IOException {
    section("runs", "Runs", "The latest first.");
    if (table(history.runs().size(), "run", "verdict", "took", "commit", "why")) {
      for (Past past : history.runs().reversed()) {
        html.open("tr").open("th", "scope", "row");
        link(past);
        html.close("th").open("td");
        html.line(
            "span",
            (past.verdict().kind() + " " + past.mark()).strip(),
            "class",
            "chip " + style(past.verdict().kind()) + (past.mark().isEmpty() ? "" : " v-selected"));
        html.close("td").line("td", Amounts.time(past.millis()));
        html.open("td").line("code", commit(past)).close("td");
        html.line(
            "td",
            past.verdict().reasons().stream()
                .findFirst()
                .map(it -> Clean.line(it, 200))
                .orElse(""));
        html.close("tr").newLine();
      }
      end(0);
    }
  }

  private void link(Past past) throws IOException {
    if (past.page().isEmpty()) {
      html.text(past.run());
    } else {
      html.line("a", past.run(), "href", past.page());
    }
  }

  private boolean table(int rows, String... heads) throws IOException {
    if (rows == 0) {
      html.line("p", "None.").close("section").newLine();
      return false;
    }
    html.own("<div class=\"wide\"><table><thead><tr>");
    for (String head : heads) {
      html.line("th", head, "scope", "col");
    }
    html.own("</tr></thead><tbody>\n");
    return true;
  }

  private void row(String head, String... cells) throws IOException {
    html.open("tr").line("th", head, "scope", "row");
    for (String cell : cells) {
      html.line("td", cell);
    }
    html.close("tr").newLine();
  }

  private void end(int rows) throws IOException {
    html.own("</tbody></table></div>");
    if (rows > MOST) {
      html.line("p", "and %d more".formatted(rows - MOST), "class", "meta");
    }
    html.close("section").newLine();
  }
}
