package gate.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import gate.journal.Entry;
import gate.journal.RunRecord;
import gate.report.Span.Kind;
import gate.report.Waits.Wait;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run in Chrome's trace event format, which Perfetto opens: a process for the run and one for
 * each leg; what overlaps stands on threads of its own, so that slices nest.
 */
public final class ChromeTrace {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int RUN = 1;
  private static final int LONGEST = 400;

  /** Threads are numbered by what they show, a hundred thousand each. */
  private static final int WIDTH = 100_000;

  private final JsonGenerator json;
  private final RunRecord run;
  private final List<Span> timeline;
  private final long start;
  private final Map<String, Integer> processes = new LinkedHashMap<>();
  private final Map<Integer, List<Integer>> named = new LinkedHashMap<>();
  private final Lanes lanes = new Lanes();

  private ChromeTrace(JsonGenerator json, List<Entry> entries) {
    this.json = json;
    this.run = RunRecord.of(entries);
    this.timeline = Spans.of(entries);
    this.start = timeline.stream().mapToLong(Span::from).min().orElse(0);
    run.legs().forEach(leg -> processes.put(leg.plan().leg(), processes.size() + RUN + 1));
  }

  /** Writes the file; {@code to} stays open. */
  public static void write(List<Entry> entries, Writer to) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(to)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      new ChromeTrace(json, entries).write();
    }
    to.write("\n");
  }

  private void write() throws IOException {
    json.writeStartObject();
    json.writeStringField("displayTimeUnit", "ms");
    json.writeObjectFieldStart("otherData");
    text("run", run.started().run());
    text("gate", run.started().gate());
    text("commit", run.started().commit());
    json.writeEndObject();
    json.writeArrayFieldStart("traceEvents");
    name("process_name", RUN, 0, "run " + run.started().run());
    for (Map.Entry<String, Integer> leg : processes.entrySet()) {
      name("process_name", leg.getValue(), 0, "leg " + leg.getKey());
    }
    List<Span> ordered = new ArrayList<>(timeline);
    ordered.sort(Comparator.comparingLong(Span::from).thenComparingLong(Span::id));
    for (Span span : ordered) {
      slice(span);
    }
    for (String leg : processes.keySet()) {
      for (Wait wait : Waits.of(run, timeline, leg)) {
        wait(wait);
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void slice(Span span) throws IOException {
    int process = process(span);
    int thread = thread(process, span);
    json.writeStartObject();
    head("X", process, thread, span.from());
    json.writeNumberField("dur", span.millis() * 1000);
    text("name", name(span));
    text("cat", span.kind().name().toLowerCase(java.util.Locale.ROOT));
    text("cname", colour(span));
    json.writeObjectFieldStart("args");
    text("outcome", span.outcome().word());
    if (span.attempt() > 0) {
      json.writeNumberField("attempt", span.attempt());
    }
    if (span.step() > 0) {
      json.writeNumberField("step", span.step());
    }
    if (!span.reason().isEmpty()) {
      text("reason", span.reason());
    }
    for (Map.Entry<String, String> detail : new java.util.TreeMap<>(span.details()).entrySet()) {
      text(detail.getKey(), detail.getValue());
    }
    if (!span.counts()) {
      text("counts", "no: it was repeated after the run was resumed");
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String name(Span span) {
    return switch (span.kind()) {
      case RUN -> "run";
      case BUILD -> span.details().getOrDefault("command", span.name());
      case LEG -> "%s (attempt %d)".formatted(span.leg(), span.attempt());
      case STEP -> "%d %s".formatted(span.step(), span.name());
      case SERVICE, PROCESS, CASE -> span.name();
    };
  }

  private static String colour(Span span) {
    return switch (span.outcome()) {
      case PASSED -> "good";
      case FLAKY, LEAKED -> "bad";
      case FAILED, TIMED_OUT, ERRORED, BLOCKED, INTERRUPTED -> "terrible";
      case SKIPPED, OFF, PLANNED -> "grey";
    };
  }

  private void wait(Wait wait) throws IOException {
    int process = processes.get(wait.leg());
    int thread = Kind.LEG.ordinal() * WIDTH;
    json.writeStartObject();
    head("X", process, thread, wait.from());
    json.writeNumberField("dur", wait.millis() * 1000);
    text("name", "waits for " + wait.what());
    text("cat", "wait");
    text("cname", "grey");
    json.writeEndObject();
  }

  private int process(Span span) {
    return processes.getOrDefault(span.leg(), RUN);
  }

  /** Attempts hold their steps; the others are beside them. */
  private int thread(int process, Span span) throws IOException {
    Kind group = span.kind() == Kind.STEP ? Kind.LEG : span.kind();
    int lane =
        switch (group) {
          case RUN, LEG, STEP -> 0;
          case BUILD, SERVICE, PROCESS, CASE -> lanes.of(process + " " + group, span);
        };
    int thread = group.ordinal() * WIDTH + lane;
    List<Integer> known = named.computeIfAbsent(process, _ -> new ArrayList<>());
    if (!known.contains(thread)) {
      known.add(thread);
      name("thread_name", process, thread, title(group));
    }
    return thread;
  }

  private static String title(Kind group) {
    return switch (group) {
      case RUN -> "the run";
      case BUILD -> "builds";
      case LEG, STEP -> "attempts and steps";
      case SERVICE -> "services";
      case PROCESS -> "processes";
      case CASE -> "cases";
    };
  }

  private void name(String what, int process, int thread, String name) throws IOException {
    json.writeStartObject();
    text("ph", "M");
    text("name", what);
    json.writeNumberField("pid", process);
    json.writeNumberField("tid", thread);
    json.writeObjectFieldStart("args");
    text("name", name);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void head(String phase, int process, int thread, long from) throws IOException {
    text("ph", phase);
    json.writeNumberField("pid", process);
    json.writeNumberField("tid", thread);
    json.writeNumberField("ts", (from - start) * 1000);
  }

  private void text(String name, String value) throws IOException {
    json.writeStringField(name, Clean.line(value, LONGEST));
  }
}
