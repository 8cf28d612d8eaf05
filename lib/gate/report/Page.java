package gate.report;

import gate.journal.Event.RunStarted;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run as one HTML file that needs nothing else. Verdict, reasons, legs and what is wrong stand in
 * it as they are; its script lists the cases, and none but its own script and style are let in.
 */
public final class Page {
  private static final Pattern HEAD = Pattern.compile("(?s)<h1>(.*?)</h1>");
  private static final Pattern TAGS = Pattern.compile("<[^>]*>");

  private final View view;
  private final Logs logs;
  private final boolean live;

  private Page(View view, Logs logs, boolean live) {
    this.view = view;
    this.logs = logs;
    this.live = live;
  }

  /** Writes the file; {@code to} stays open. */
  public static void write(View view, Logs logs, Writer to) throws IOException {
    new Page(view, logs, false).write(to);
  }

  /** Writes it for a run that goes on: the page asks for itself again, and shows what is new. */
  public static void live(View view, Logs logs, Writer to) throws IOException {
    new Page(view, logs, true).write(to);
  }

  /** All of the file. */
  public static String render(View view, Logs logs) {
    StringWriter text = new StringWriter();
    try {
      write(view, logs, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * What a page tells of an earlier run.
   *
   * @throws IOException where that isn't as the gate writes it
   */
  public static Optional<Since> since(String page) throws IOException {
    return SincePart.read(page);
  }

  /**
   * What a page says came out: its verdict, and each case with its outcome.
   *
   * @throws IOException where it isn't one of the gate's
   */
  public static List<String> told(String page) throws IOException {
    List<String> told = new ArrayList<>(PageData.told(page));
    Matcher head = HEAD.matcher(page);
    told.add(head.find() ? TAGS.matcher(head.group(1)).replaceAll("") : "no heading");
    Collections.sort(told);
    return told;
  }

  private void write(Writer to) throws IOException {
    Html html = new Html(to);
    VerdictPart verdict = new VerdictPart(view, live);
    RunStarted run = view.run().started();
    Shell.open(
        html,
        "%s · %s %s".formatted(verdict.word(), run.name(), run.run()),
        verdict.style(),
        live && view.run().finished().isEmpty());
    html.open("main", "id", "main");
    verdict.write(html);
    links(html, verdict);
    if (!view.isDry()) {
      new WrongPart(view, logs, live).write(html);
    }
    new LegsPart(view, logs, live).write(html);
    cases(html);
    new SincePart(view).write(html);
    new AboutPart(view).write(html);
    html.open("script", "type", "application/json", "id", "data");
    PageData.write(view, logs, live, to);
    html.close("script").newLine();
    html.close("main").newLine();
    Shell.close(html);
  }

  private void links(Html html, VerdictPart verdict) throws IOException {
    html.open("nav", "aria-label", "Parts of this page");
    html.line("span", verdict.word(), "class", "chip " + verdict.style());
    if (!view.isDry() && view.run().legs().stream().anyMatch(it -> WrongPart.wrong(it, live))) {
      html.line("a", "What is wrong", "href", "#wrong");
    }
    html.line("a", "Legs", "href", "#legs").line("a", "Cases", "href", "#cases");
    if (view.since().isPresent()) {
      html.line("a", "Changes", "href", "#since");
    }
    html.line("a", "Run and host", "href", "#about");
    html.close("nav").newLine();
  }

  private static void cases(Html html) throws IOException {
    html.open("section", "id", "cases", "aria-labelledby", "cases-title");
    html.line("h2", "Cases", "id", "cases-title");
    html.open("noscript");
    html.line("p", "This list needs JavaScript. junit.xml beside this page holds all cases.");
    html.close("noscript");
    html.open("div", "id", "case-list").close("div");
    html.close("section").newLine();
  }
}
