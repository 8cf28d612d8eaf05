package gate.report;

import gate.base.Commands;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.CaseFinished;
import gate.journal.Event.Kept;
import gate.journal.Event.LegFinished;
import gate.journal.Event.LegStarted;
import gate.journal.Event.ProcessEnded;
import gate.journal.Event.ProcessStarting;
import gate.journal.Event.RunFinished;
import gate.journal.Event.RunResumed;
import gate.journal.Event.RunStarted;
import gate.journal.Event.ServiceReady;
import gate.journal.Event.StepFinished;
import gate.journal.Event.StepStarted;
import gate.journal.Outcome;
import gate.report.Span.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What took time in a run, out of its journal. Times never jump, save where it was resumed. */
public final class Spans {
  private static final String NOT_ENDED = "it didn't come to its end";

  private final List<Span> ended = new ArrayList<>();
  private final Map<String, Open> open = new LinkedHashMap<>();
  private long base;
  private long now;

  private Spans() {}

  /** All of it, each before what is a part of it. */
  public static List<Span> of(List<Entry> entries) {
    Spans spans = new Spans();
    entries.forEach(spans::take);
    spans.closeAll(_ -> true);
    View view = View.of(entries);
    spans.ended.replaceAll(span -> span.kind() == Kind.RUN ? judged(span, view) : span);
    return spans.ended.stream().sorted(Comparator.comparingLong(Span::id)).toList();
  }

  /** What began and hasn't ended. */
  private record Open(
      long id,
      long parent,
      Kind kind,
      String leg,
      int attempt,
      int step,
      String name,
      long from,
      Map<String, String> details,
      List<String> argv) {
    Span end(long until, Outcome outcome, String reason) {
      return new Span(
          id,
          parent,
          kind,
          leg,
          attempt,
          step,
          name,
          from,
          Math.max(from, until),
          outcome,
          reason,
          Map.copyOf(details),
          argv,
          true);
    }
  }

  private void take(Entry entry) {
    switch (entry.event()) {
      case RunStarted start -> {
        base = entry.at().toEpochMilli() - entry.millis();
        now = base + entry.millis();
        begin("run", entry, Kind.RUN, "", 0, 0, start.name(), List.of());
      }
      case RunResumed resumed -> {
        resume(resumed);
        base = entry.at().toEpochMilli() - entry.millis();
        detail("run", Span.RESUMED, entry.at().toString());
      }
      default -> {}
    }
    now = base + entry.millis();
    switch (entry.event()) {
      case LegStarted leg ->
          begin(leg.leg(), entry, Kind.LEG, leg.leg(), leg.attempt(), 0, leg.leg(), List.of());
      case StepStarted step -> {
        begin(
            stepKey(step.leg()),
            entry,
            Kind.STEP,
            step.leg(),
            step.attempt(),
            step.step(),
            step.name(),
            List.of());
        detail(stepKey(step.leg()), "log", step.log());
      }
      case ServiceReady service -> {
        String key = serviceKey(service.leg(), service.service());
        begin(
            key,
            entry,
            Kind.SERVICE,
            service.leg(),
            service.attempt(),
            0,
            service.service(),
            List.of());
        detail(key, "origin", service.origin());
        detail(key, "endpoints", String.join(" ", service.endpoints()));
      }
      case Event.ServiceStopped service ->
          end(serviceKey(service.leg(), service.service()), Outcome.PASSED, "");
      case ProcessStarting process when !process.leg().isEmpty() -> process(entry, process);
      case Event.ProcessStarted process ->
          detail(process.id(), "pid", String.valueOf(process.pid()));
      case ProcessEnded process -> ended(process);
      case CaseFinished test -> test(entry, test);
      case Event.BuildFinished build -> build(entry, build);
      case StepFinished step -> {
        detail(stepKey(step.leg()), "repeat", step.repeat());
        end(stepKey(step.leg()), step.outcome(), step.reason());
      }
      case LegFinished leg when leg.attempt() == 0 -> {
        begin(leg.leg(), entry, Kind.LEG, leg.leg(), 0, 0, leg.leg(), List.of());
        end(leg.leg(), leg.outcome(), leg.reason());
      }
      case LegFinished leg -> {
        closeAll(it -> it.leg().equals(leg.leg()) && it.kind() != Kind.LEG);
        end(leg.leg(), leg.outcome(), leg.reason());
      }
      case RunFinished _ -> end("run", Outcome.INTERRUPTED, NOT_ENDED);
      default -> {}
    }
  }

  /** What a run came to isn't what its last entry claims, but what the journal comes to. */
  private static Span judged(Span run, View view) {
    return run.as(outcome(view), String.join("\n", view.verdict().reasons()));
  }

  private static Outcome outcome(View view) {
    return switch (view.verdict().kind()) {
      case GREEN -> Outcome.PASSED;
      case PARTIAL -> view.passes() ? Outcome.PASSED : Outcome.FAILED;
      case RED -> Outcome.FAILED;
      case INTERRUPTED -> Outcome.INTERRUPTED;
      case DRY -> Outcome.SKIPPED;
    };
  }

  private void process(Entry entry, ProcessStarting process) {
    begin(
        process.id(),
        entry,
        Kind.PROCESS,
        process.leg(),
        process.attempt(),
        process.step(),
        Commands.line(process.argv()),
        process.argv());
    detail(process.id(), "folder", process.folder());
    detail(process.id(), "log", process.log());
  }

  /** A service's process that is killed between the steps was taken down by the gate. */
  private void ended(ProcessEnded process) {
    detail(process.id(), "how", process.how());
    Open began = open.get(process.id());
    boolean taken =
        began != null
            && began.step() == 0
            && !open.containsKey(stepKey(began.leg()))
            && process.how().startsWith("killed by SIG");
    boolean ok = process.ok() || taken;
    end(process.id(), ok ? Outcome.PASSED : Outcome.FAILED, ok ? "" : process.how());
  }

  /** Only its end stands in the journal, and its time where that was observed. */
  private void test(Entry entry, CaseFinished test) {
    Open step = open.get(stepKey(test.leg()));
    long least = step == null ? now : step.from();
    long from = Math.max(least, now - test.millis().orElse(0L));
    Map<String, String> details = new HashMap<>(Map.of("group", test.group()));
    test.millis().ifPresent(it -> details.put("millis", String.valueOf(it)));
    ended.add(
        new Open(
                entry.seq(),
                step == null ? 0 : step.id(),
                Kind.CASE,
                test.leg(),
                test.attempt(),
                test.step(),
                test.name(),
                from,
                details,
                List.of())
            .end(now, test.outcome(), test.message()));
  }

  private void build(Entry entry, Event.BuildFinished build) {
    Open run = open.get("run");
    Map<String, String> details = Map.of("command", build.command(), "log", build.log());
    ended.add(
        new Open(
                entry.seq(),
                run == null ? 0 : run.id(),
                Kind.BUILD,
                "",
                0,
                0,
                build.id(),
                Math.max(run == null ? 0 : run.from(), now - build.millis()),
                details,
                List.of())
            .end(
                now,
                build.ok() ? Outcome.PASSED : Outcome.ERRORED,
                build.ok() ? "" : "the build failed"));
  }

  private void begin(
      String key,
      Entry entry,
      Kind kind,
      String leg,
      int attempt,
      int step,
      String name,
      List<String> argv) {
    end(key, Outcome.INTERRUPTED, NOT_ENDED);
    open.put(
        key,
        new Open(
            entry.seq(),
            parent(kind, leg, step),
            kind,
            leg,
            attempt,
            step,
            name,
            now,
            new HashMap<>(),
            argv));
  }

  private long parent(Kind kind, String leg, int step) {
    Open parent =
        switch (kind) {
          case RUN -> null;
          case LEG, BUILD -> open.get("run");
          case STEP, SERVICE -> open.get(leg);
          case PROCESS, CASE -> step > 0 ? open.get(stepKey(leg)) : open.get(leg);
        };
    return parent == null ? 0 : parent.id();
  }

  private void detail(String key, String name, String value) {
    if (open.containsKey(key) && !value.isEmpty()) {
      open.get(key).details().put(name, value);
    }
  }

  private void end(String key, Outcome outcome, String reason) {
    Open began = open.remove(key);
    if (began != null) {
      ended.add(began.end(now, outcome, reason));
    }
  }

  private void closeAll(Predicate<Open> which) {
    List<String> keys =
        open.entrySet().stream()
            .filter(it -> which.test(it.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    keys.reversed().forEach(key -> end(key, Outcome.INTERRUPTED, NOT_ENDED));
  }

  /** What isn't kept is repeated, and counts no longer. */
  private void resume(RunResumed resumed) {
    closeAll(it -> it.kind() != Kind.RUN);
    Map<String, Integer> kept = new HashMap<>();
    for (Kept it : resumed.kept()) {
      kept.put(it.leg(), it.attempts());
    }
    ended.replaceAll(span ->
        span.leg().isEmpty()
                || span.attempt() > 0 && span.attempt() <= kept.getOrDefault(span.leg(), 0)
            ? span
            : span.asRepeated());
    ended.removeIf(span -> span.kind() == Kind.RUN && reopen(span));
  }

  /** A run that came to its end and was resumed goes on. */
  private boolean reopen(Span run) {
    open.put(
        "run",
        new Open(
            run.id(), 0, Kind.RUN, "", 0, 0, run.name(), run.from(), new HashMap<>(), List.of()));
    return true;
  }

  private static String stepKey(String leg) {
    return leg + " step";
  }

  private static String serviceKey(String leg, String service) {
    return leg + " service " + service;
  }
}
