package gate.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import gate.journal.Entry;
import gate.journal.Event.RunStarted;
import gate.journal.Outcome;
import gate.report.Span.Kind;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A run as OpenTelemetry's OTLP/JSON traces, in the words of its conventions for CI/CD, tests and
 * processes. The ids follow from the run, so that the same journal gives the same file.
 */
public final class OtlpJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int LONGEST = 1000;
  private static final int INTERNAL = 1;
  private static final int SERVER = 2;
  private static final int ERROR = 2;

  private final JsonGenerator json;
  private final View view;
  private final List<Span> timeline;
  private final String trace;

  private OtlpJson(JsonGenerator json, List<Entry> entries) {
    this.json = json;
    this.view = View.of(entries);
    this.timeline = Spans.of(entries);
    RunStarted run = view.run().started();
    this.trace = hash(String.join(" ", run.name(), run.run(), run.commit(), at()), 16);
  }

  private String at() {
    return view.run().at().toString();
  }

  /** Writes the file; {@code to} stays open. */
  public static void write(List<Entry> entries, Writer to) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(to)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      new OtlpJson(json, entries).write();
    }
    to.write("\n");
  }

  private void write() throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("resourceSpans");
    json.writeStartObject();
    json.writeObjectFieldStart("resource");
    json.writeArrayFieldStart("attributes");
    RunStarted run = view.run().started();
    put("service.name", "integration-matrix-gate");
    put("service.version", run.gate());
    put("cicd.pipeline.name", run.name());
    put("cicd.pipeline.run.id", run.run());
    if (!run.commit().equals("unknown")) {
      put("vcs.ref.head.revision", run.commit());
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeArrayFieldStart("scopeSpans");
    json.writeStartObject();
    json.writeObjectFieldStart("scope");
    json.writeStringField("name", "integration-matrix-gate");
    json.writeStringField("version", run.gate());
    json.writeEndObject();
    json.writeArrayFieldStart("spans");
    for (Span span : timeline) {
      span(span);
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private void span(Span span) throws IOException {
    json.writeStartObject();
    json.writeStringField("traceId", trace);
    json.writeStringField("spanId", id(span.id()));
    if (span.parent() > 0) {
      json.writeStringField("parentSpanId", id(span.parent()));
    }
    json.writeStringField("name", Clean.line(name(span), LONGEST));
    json.writeNumberField("kind", span.kind() == Kind.RUN ? SERVER : INTERNAL);
    json.writeStringField("startTimeUnixNano", span.from() + "000000");
    json.writeStringField("endTimeUnixNano", span.until() + "000000");
    json.writeArrayFieldStart("attributes");
    attributes(span);
    json.writeEndArray();
    if (wrong(span)) {
      json.writeObjectFieldStart("status");
      json.writeNumberField("code", ERROR);
      json.writeStringField("message", Clean.line(span.reason(), LONGEST));
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static boolean wrong(Span span) {
    return span.outcome().bad() || span.outcome() == Outcome.FLAKY;
  }

  private static String name(Span span) {
    return switch (span.kind()) {
      case RUN -> "RUN " + span.name();
      case PROCESS -> span.argv().isEmpty() ? span.name() : span.argv().getFirst();
      case BUILD -> span.details().getOrDefault("command", span.name());
      case LEG, SERVICE, STEP, CASE -> span.name();
    };
  }

  private void attributes(Span span) throws IOException {
    switch (span.kind()) {
      case RUN -> {
        put("cicd.pipeline.action.name", "RUN");
        put("cicd.pipeline.result", result(span.outcome()));
        put("matrix.verdict", view.verdict().kind().name());
      }
      case BUILD -> task(span, span.name(), "build");
      case LEG -> task(span, span.leg() + "#" + span.attempt(), "test");
      case STEP -> {
        put("test.suite.name", span.leg() + " / " + span.name());
        put("test.suite.run.status", suite(span.outcome()));
      }
      case CASE -> {
        put("test.case.name", test(span));
        put("test.case.result.status", span.outcome() == Outcome.PASSED ? "pass" : "fail");
      }
      case PROCESS -> process(span);
      case SERVICE -> {
        put("matrix.service.origin", span.details().getOrDefault("origin", ""));
        put("matrix.service.endpoints", span.details().getOrDefault("endpoints", ""));
      }
    }
    if (wrong(span)) {
      put("error.type", span.outcome().word());
    }
    where(span);
  }

  /** What every span has: where in the run it is, in the gate's own words. */
  private void where(Span span) throws IOException {
    if (!span.leg().isEmpty()) {
      put("matrix.leg", span.leg());
      put("matrix.attempt", span.attempt());
    }
    if (span.step() > 0) {
      put("matrix.step", span.step());
    }
    put("matrix.outcome", span.outcome().word());
    if (span.details().containsKey("log")) {
      put("matrix.log", span.details().get("log"));
    }
    if (!span.counts()) {
      put("matrix.repeated", "after the run was resumed");
    }
  }

  private void task(Span span, String id, String type) throws IOException {
    put("cicd.pipeline.task.name", name(span));
    put("cicd.pipeline.task.run.id", id);
    put("cicd.pipeline.task.type", type);
    put("cicd.pipeline.task.run.result", result(span.outcome()));
  }

  private static String test(Span span) {
    return (span.details().getOrDefault("group", "") + "::" + span.name()).replaceFirst("^::", "");
  }

  private void process(Span span) throws IOException {
    put("process.executable.name", name(span).replaceFirst(".*/", ""));
    put("process.command_line", span.name());
    if (span.details().containsKey("pid")) {
      put("process.pid", Long.parseLong(span.details().get("pid")));
    }
    if (span.details().containsKey("folder")) {
      put("process.working_directory", span.details().get("folder"));
    }
    String how = span.details().getOrDefault("how", "");
    if (how.matches("exit code \\d{1,9}")) {
      put("process.exit.code", Long.parseLong(how.substring("exit code ".length())));
    }
  }

  private static String result(Outcome outcome) {
    return switch (outcome) {
      case PASSED -> "success";
      case FAILED, FLAKY, LEAKED -> "failure";
      case TIMED_OUT -> "timeout";
      case ERRORED -> "error";
      case SKIPPED, OFF, PLANNED, BLOCKED -> "skip";
      case INTERRUPTED -> "cancellation";
    };
  }

  private static String suite(Outcome outcome) {
    return switch (outcome) {
      case PASSED -> "success";
      case FAILED, FLAKY, LEAKED, ERRORED -> "failure";
      case TIMED_OUT -> "timed_out";
      case SKIPPED, OFF, PLANNED, BLOCKED -> "skipped";
      case INTERRUPTED -> "aborted";
    };
  }

  private void put(String key, String value) throws IOException {
    if (!value.isEmpty()) {
      json.writeStartObject();
      json.writeStringField("key", key);
      json.writeObjectFieldStart("value");
      json.writeStringField("stringValue", Clean.line(value, LONGEST));
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private void put(String key, long value) throws IOException {
    json.writeStartObject();
    json.writeStringField("key", key);
    json.writeObjectFieldStart("value");
    json.writeStringField("intValue", Long.toString(value));
    json.writeEndObject();
    json.writeEndObject();
  }

  private String id(long span) {
    return hash(trace + " " + span, 8);
  }

  /** So many bytes in hexadecimal digits. */
  private static String hash(String text, int bytes) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
