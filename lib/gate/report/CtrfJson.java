package gate.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import gate.journal.Event.RunStarted;
import gate.journal.Verdict;
import gate.report.Item.Earlier;
import gate.report.Item.Status;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A run in the Common Test Report Format, with the same tests as {@link JunitXml}. */
public final class CtrfJson {
  /** Of the format, by its schema in the npm package ctrf 0.3.0. */
  private static final String SPEC = "0.0.0";

  private static final JsonFactory JSON = new JsonFactory();

  private CtrfJson() {}

  /** All of the file. */
  public static String render(View view) {
    StringWriter text = new StringWriter();
    try {
      write(view, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Writes the file, test after test; {@code to} stays open. */
  public static void write(View view, Writer to) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(to)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setPrettyPrinter(printer());
      report(json, view);
    }
    to.write("\n");
  }

  private static void report(JsonGenerator json, View view) throws IOException {
    RunStarted run = view.run().started();
    List<Suite> suites = Suites.of(view);
    json.writeStartObject();
    json.writeStringField("reportFormat", "CTRF");
    json.writeStringField("specVersion", SPEC);
    put(json, "runId", run.run().isEmpty() ? "unknown" : run.run());
    put(json, "generatedBy", "integration-matrix gate " + run.gate());
    json.writeObjectFieldStart("results");
    json.writeObjectFieldStart("tool");
    json.writeStringField("name", "integration-matrix gate");
    put(json, "version", run.gate());
    json.writeEndObject();
    summary(json, view, suites);
    json.writeArrayFieldStart("tests");
    for (Suite suite : suites) {
      for (Item item : suite.items()) {
        test(json, view, suite, item);
      }
    }
    json.writeEndArray();
    environment(json, view);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void summary(JsonGenerator json, View view, List<Suite> suites)
      throws IOException {
    List<Item> items = suites.stream().flatMap(suite -> suite.items().stream()).toList();
    long start = view.run().at().toEpochMilli();
    json.writeObjectFieldStart("summary");
    json.writeNumberField("tests", items.size());
    for (String status : List.of("passed", "failed", "skipped", "pending", "other")) {
      json.writeNumberField(
          status, items.stream().filter(it -> status(it.status()).equals(status)).count());
    }
    json.writeNumberField("flaky", items.stream().filter(Item::flaky).count());
    json.writeNumberField("suites", suites.size());
    json.writeNumberField("start", start);
    json.writeNumberField("stop", start + view.run().millis());
    json.writeNumberField("duration", view.run().millis());
    json.writeObjectFieldStart("extra");
    json.writeStringField("verdict", view.verdict().kind().name());
    if (view.waived().isPresent()) {
      put(json, "waived", view.waived().get());
    }
    json.writeBooleanField("selected", view.selected());
    put(json, "reasons", Why.verdict(view));
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void test(JsonGenerator json, View view, Suite suite, Item item)
      throws IOException {
    json.writeStartObject();
    put(json, "name", item.name().isEmpty() ? "(no name)" : item.name());
    json.writeStringField("status", status(item.status()));
    json.writeNumberField("duration", item.millis().orElse(0L));
    put(json, "suite", item.place());
    if (!item.message().isEmpty()) {
      put(json, "message", item.message());
    }
    if (item.status().bad() && !item.detail().isEmpty()) {
      put(json, "trace", item.detail());
    }
    put(json, "rawStatus", item.outcome());
    if (!item.output().isEmpty()) {
      put(json, "stdout", item.output().lines().toList());
    }
    if (!item.earlier().isEmpty()) {
      json.writeNumberField("retries", item.earlier().size());
      json.writeBooleanField("flaky", item.flaky());
      json.writeArrayFieldStart("retryAttempts");
      for (Earlier earlier : item.earlier()) {
        earlier(json, earlier);
      }
      json.writeEndArray();
    }
    json.writeObjectFieldStart("extra");
    if (!suite.isVerdict()) {
      put(json, "leg", suite.name());
    }
    json.writeStringField("verdict", view.verdict().kind().name());
    json.writeBooleanField("durationKnown", item.millis().isPresent());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void earlier(JsonGenerator json, Earlier earlier) throws IOException {
    json.writeStartObject();
    json.writeNumberField("attempt", earlier.attempt());
    json.writeStringField("status", status(earlier.status()));
    if (earlier.millis().isPresent()) {
      json.writeNumberField("duration", earlier.millis().get());
    }
    if (!earlier.message().isEmpty()) {
      put(json, "message", earlier.message());
    }
    json.writeEndObject();
  }

  private static void environment(JsonGenerator json, View view) throws IOException {
    RunStarted run = view.run().started();
    json.writeObjectFieldStart("environment");
    put(json, "reportName", run.name() + view.marked());
    put(json, "commit", run.commit());
    json.writeBooleanField("healthy", view.verdict().kind() == Verdict.Kind.GREEN);
    json.writeObjectFieldStart("extra");
    put(json, "tree", run.tree());
    json.writeBooleanField("dirty", run.dirty());
    put(json, "selected", run.selected());
    if (view.run().part().isPresent()) {
      put(json, "part", view.run().part().get().label());
    }
    json.writeObjectFieldStart("toggles");
    Map<String, String> toggles = new LinkedHashMap<>(); // a name twice would be no JSON
    run.toggles().forEach(it -> toggles.put(sound(it.name()), it.value()));
    for (Map.Entry<String, String> toggle : toggles.entrySet()) {
      if (!toggle.getValue().isEmpty()) {
        put(json, toggle.getKey(), toggle.getValue());
      }
    }
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String status(Status status) {
    return switch (status) {
      case PASSED -> "passed";
      case FAILED, ERRORED -> "failed";
      case SKIPPED -> "skipped";
      case PENDING -> "pending";
    };
  }

  private static void put(JsonGenerator json, String name, String value) throws IOException {
    json.writeStringField(name, sound(value));
  }

  private static void put(JsonGenerator json, String name, List<String> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(sound(value));
    }
    json.writeEndArray();
  }

  /** Half a surrogate pair can't be written as UTF-8. */
  private static String sound(String text) {
    StringBuilder sound = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point ->
            sound.appendCodePoint(
                Character.getType(point) == Character.SURROGATE ? 0xFFFD : point));
    return sound.toString();
  }

  private static DefaultPrettyPrinter printer() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return printer;
  }
}
