package gate.report;

import gate.base.Commands;
import gate.journal.Event.ServiceReady;
import gate.journal.Outcome;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import gate.report.Timeline.Build;
import gate.report.Timeline.Process;
import gate.report.Timeline.Span;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The legs with their steps and processes, side by side along one axis of time. */
final class LegsPart {
  private static final int MOST_OPEN = 6;
  private static final int MOST_PROCESSES = 25;
  private static final int MOST_ATTEMPTS = 50;

  private final View view;
  private final Logs logs;
  private final boolean live;
  private final Track track;

  LegsPart(View view, Logs logs, boolean live) {
    this.view = view;
    this.logs = logs;
    this.live = live;
    this.track = new Track(view.timeline().end());
  }

  void write(Html html) throws IOException {
    html.open("section", "id", "legs", "aria-labelledby", "legs-title");
    html.line("h2", "Legs", "id", "legs-title").newLine();
    if (view.isDry()) {
      dry(html);
    } else {
      track.ruler(html);
      builds(html);
      boolean few = view.run().legs().size() <= MOST_OPEN;
      for (LegRecord leg : view.run().legs()) {
        leg(html, leg, few);
      }
    }
    html.close("section").newLine();
  }

  private void dry(Html html) throws IOException {
    for (LegRecord leg : view.run().legs()) {
      Told told = Told.of(view, leg, live);
      html.open("div", "id", Anchor.leg(leg.plan().leg()), "class", "leg " + told.mark().style());
      head(html, leg, told);
      if (!leg.plan().why().isEmpty()) {
        html.line("p", leg.plan().why(), "class", "why");
      }
      html.open("ul", "class", "dry");
      for (var action : view.dry().getOrDefault(leg.plan().leg(), List.of())) {
        html.open("li").text(action.step() + " ").line("code", action.what()).close("li");
      }
      html.close("ul").close("div").newLine();
    }
  }

  private void builds(Html html) throws IOException {
    if (view.timeline().builds().isEmpty()) {
      return;
    }
    html.open("details", "class", "leg builds").open("summary");
    html.line("span", "⚒", "class", "sign", "aria-hidden", "true");
    html.open("span", "class", "what").line("b", "Builds");
    html.close("span");
    html.line("span", Amounts.of(view.timeline().builds().size(), "build"), "class", "outcome");
    html.line("span", "", "class", "time");
    track.open(html);
    for (Build build : view.timeline().builds()) {
      track.bar(html, build.span(), build.of().ok() ? Mark.NONE : Mark.BAD, "");
    }
    track.close(html).close("summary").open("ol", "class", "steps");
    for (Build build : view.timeline().builds()) {
      html.open("li", "class", "row " + (build.of().ok() ? Mark.GOOD : Mark.BAD).style());
      sign(html, build.of().ok() ? Mark.GOOD : Mark.BAD);
      html.open("span", "class", "what").line("code", build.of().command()).close("span");
      html.line("span", build.of().ok() ? "built" : "failed", "class", "outcome");
      html.line("span", Amounts.time(build.of().millis()), "class", "time");
      track.open(html);
      track.bar(html, build.span(), build.of().ok() ? Mark.NONE : Mark.BAD, "");
      track.close(html).close("li");
    }
    html.close("ol").close("details").newLine();
  }

  private void leg(Html html, LegRecord leg, boolean few) throws IOException {
    Told told = Told.of(view, leg, live);
    boolean open = few && leg.plan().decision().equals("run") || WrongPart.wrong(leg, live);
    html.own("<details").own(open ? " open" : "");
    html.own(" id=\"" + Html.escaped(Anchor.leg(leg.plan().leg())) + "\"");
    html.own(" class=\"leg " + told.mark().style() + "\"><summary>");
    head(html, leg, told);
    html.close("summary").newLine();
    html.open("div", "class", "body");
    about(html, leg);
    for (AttemptRecord attempt : leg.attempts().stream().limit(MOST_ATTEMPTS).toList()) {
      attempt(html, leg, attempt);
    }
    if (leg.attempts().isEmpty()) {
      planned(html, leg);
    }
    html.close("div").close("details").newLine();
  }

  private void head(Html html, LegRecord leg, Told told) throws IOException {
    sign(html, told.mark());
    html.open("span", "class", "what").line("b", leg.plan().leg()).text(" ");
    html.line("span", leg.plan().title(), "class", "title").close("span");
    html.open("span", "class", "outcome").text(told.word());
    if (leg.attempts().size() > 1) {
      html.text(", " + Amounts.of(leg.attempts().size(), "attempt"));
    }
    html.close("span");
    html.line("span", leg.millis() == 0 ? "" : Amounts.time(leg.millis()), "class", "time");
    track.open(html);
    first(leg)
        .ifPresent(span -> {
          try {
            track.wait(html, view.timeline().planned(), span.from());
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    for (AttemptRecord attempt : leg.attempts()) {
      Optional<Span> span = view.timeline().leg(leg.plan().leg(), attempt.attempt());
      if (span.isPresent()) {
        track.bar(html, span.get(), Told.of(attempt, leg, live).mark(), "");
      }
    }
    track.close(html);
  }

  private Optional<Span> first(LegRecord leg) {
    return leg.attempts().stream()
        .findFirst()
        .flatMap(it -> view.timeline().leg(leg.plan().leg(), it.attempt()));
  }

  private void about(Html html, LegRecord leg) throws IOException {
    if (!leg.reason().isEmpty()
        && !WrongPart.wrong(leg, live)
        && !(live && leg.outcome() == Outcome.INTERRUPTED)) {
      html.line("p", Clean.cut(Clean.line(leg.reason()), 600), "class", "why");
    }
    String waited = waited(leg);
    if (!waited.isEmpty()) {
      html.line("p", waited, "class", "meta");
    }
    String more =
        Stream.of(
                list("covers ", leg.plan().covers()),
                list("needs ", leg.plan().needs()),
                list("allowed to be ", leg.plan().allow()))
            .filter(it -> !it.isEmpty())
            .reduce((a, b) -> a + " · " + b)
            .orElse("");
    if (!more.isEmpty()) {
      html.line("p", more, "class", "meta");
    }
    for (ServiceReady service : leg.services()) {
      service(html, service);
    }
  }

  private static String list(String before, List<String> names) {
    return names.isEmpty() ? "" : before + String.join(", ", names);
  }

  private void service(Html html, ServiceReady service) throws IOException {
    html.open("p", "class", "meta").text("service ").line("b", service.service());
    html.text(
        " %s at %s, version %s"
            .formatted(service.origin(), String.join(" ", service.endpoints()), service.version()));
    Optional<String> link = logs.link(service.log());
    if (link.isPresent()) {
      html.text(" · ").line("a", "log", "href", link.get());
    }
    html.close("p");
  }

  /** What a leg waited for before it began. */
  private String waited(LegRecord leg) {
    Optional<Span> span = first(leg);
    if (span.isEmpty()) {
      return "";
    }
    long begin = view.timeline().planned();
    String last = "";
    long until = begin;
    for (String need : leg.plan().needs()) {
      for (LegRecord other : view.run().legs()) {
        long end = other.plan().leg().equals(need) ? end(other) : 0;
        if (end > until && end <= span.get().from()) {
          until = end;
          last = need;
        }
      }
    }
    long rest = span.get().from() - until;
    String needed =
        last.isEmpty() ? "" : "`%s` for %s".formatted(last, Amounts.time(until - begin));
    String slot = rest < 500 ? "" : "a free slot or a lock for " + Amounts.time(rest);
    return needed.isEmpty() && slot.isEmpty()
        ? ""
        : "waited for " + needed + (needed.isEmpty() || slot.isEmpty() ? "" : ", then ") + slot;
  }

  private long end(LegRecord leg) {
    return leg.attempts().stream()
        .flatMap(it -> view.timeline().leg(leg.plan().leg(), it.attempt()).stream())
        .flatMap(it -> it.until().stream())
        .reduce(0L, Math::max);
  }

  private void planned(Html html, LegRecord leg) throws IOException {
    html.open("ol", "class", "steps");
    for (var step : leg.plan().steps()) {
      html.open("li", "class", "row is-none");
      sign(html, Mark.NONE);
      html.line("span", step.step() + " " + step.name(), "class", "what");
      html.line("span", "", "class", "outcome").close("li");
    }
    html.close("ol");
  }

  private void attempt(Html html, LegRecord leg, AttemptRecord attempt) throws IOException {
    if (leg.attempts().size() > 1) {
      html.open("h3", "class", "attempt").text("Attempt " + attempt.attempt() + " ");
      html.line("span", Told.of(attempt, leg, live).word(), "class", "outcome").close("h3");
    }
    for (String why : attempt.unproven()) {
      html.line("p", why, "class", "why");
    }
    html.open("ol", "class", "steps");
    for (StepRecord step : attempt.steps()) {
      step(html, leg, attempt, step);
    }
    html.close("ol");
  }

  private void step(Html html, LegRecord leg, AttemptRecord attempt, StepRecord step)
      throws IOException {
    Told told = Told.of(step, leg, live);
    html.open("li", "class", "row " + told.mark().style());
    sign(html, told.mark());
    html.open("span", "class", "what").text(step.step() + " " + step.name());
    Optional<String> link = logs.link(step.log());
    if (link.isPresent()) {
      html.text(" ").line("a", "log", "href", link.get(), "aria-label", "log of " + step.name());
    }
    html.close("span");
    String cases = Tally.cases(Tally.cases(step.cases()));
    html.line("span", told.word() + (cases.isEmpty() ? "" : ", " + cases), "class", "outcome");
    html.line("span", step.millis() == 0 ? "" : Amounts.time(step.millis()), "class", "time");
    track.open(html);
    Optional<Span> span = view.timeline().step(leg.plan().leg(), attempt.attempt(), step.step());
    if (span.isPresent()) {
      track.bar(html, span.get(), told.mark(), "");
    }
    track.close(html);
    why(html, step, told);
    processes(html, leg, attempt, step);
    html.close("li").newLine();
  }

  private static void why(Html html, StepRecord step, Told told) throws IOException {
    if (told.mark() == Mark.NONE && !Why.step(step).isEmpty()) {
      html.line("p", Clean.line(Why.step(step), 400), "class", "why");
    }
    if (!step.degraded().isEmpty()) {
      html.line("p", "degraded: " + Clean.line(step.degraded(), 400), "class", "why");
    }
  }

  private void processes(Html html, LegRecord leg, AttemptRecord attempt, StepRecord step)
      throws IOException {
    List<Process> all = view.timeline().processes(leg.plan().leg(), attempt.attempt(), step.step());
    if (all.isEmpty()) {
      return;
    }
    html.open("details", "class", "processes");
    html.line("summary", Amounts.of(all.size(), "process").replace("processs", "processes"));
    html.open("ol");
    for (Process process : all.subList(0, Math.min(MOST_PROCESSES, all.size()))) {
      html.open("li", "class", "row");
      html.open("span", "class", "what");
      html.line("code", Clean.line(Commands.line(process.argv()), 300)).close("span");
      html.line("span", process.how().isEmpty() ? "" : process.how(), "class", "outcome");
      html.line("span", time(process.span()), "class", "time");
      track.open(html);
      track.bar(html, process.span(), process.ok() ? Mark.NONE : Mark.BAD, "thin");
      track.close(html).close("li");
    }
    html.close("ol");
    if (all.size() > MOST_PROCESSES) {
      html.line(
          "p",
          "and %d more in events.jsonl".formatted(all.size() - MOST_PROCESSES),
          "class",
          "meta");
    }
    html.close("details");
  }

  private static String time(Span span) {
    return span.until().map(it -> Amounts.time(it - span.from())).orElse("");
  }

  private static void sign(Html html, Mark mark) throws IOException {
    html.line("span", mark.sign(), "class", "sign", "aria-hidden", "true");
  }
}
