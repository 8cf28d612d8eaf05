package gate.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import gate.journal.Event.RunStarted;
import gate.journal.Verdict;
import gate.report.Item.Earlier;
import gate.report.Item.Status;
import java.io.UncheckedIOException;
import java.util.List;

/** A run in the Common Test Report Format, with the same tests as {@link JunitXml}. */
public final class CtrfJson {
  /** Of the format, by its schema in the npm package ctrf 0.3.0. */
  private static final String SPEC = "0.0.0";

  private static final ObjectMapper JSON = new ObjectMapper();

  private CtrfJson() {}

  /** All of the file. */
  public static String render(View view) {
    RunStarted run = view.run().started();
    List<Suite> suites = Suites.of(view);
    ObjectNode report = JSON.createObjectNode();
    report.put("reportFormat", "CTRF").put("specVersion", SPEC);
    put(report, "runId", run.run().isEmpty() ? "unknown" : run.run());
    put(report, "generatedBy", "integration-matrix gate " + run.gate());
    ObjectNode results = report.putObject("results");
    ObjectNode tool = results.putObject("tool");
    tool.put("name", "integration-matrix gate");
    put(tool, "version", run.gate());
    summary(results.putObject("summary"), view, suites);
    ArrayNode tests = results.putArray("tests");
    for (Suite suite : suites) {
      suite.items().forEach(item -> test(tests.addObject(), view, suite, item));
    }
    environment(results.putObject("environment"), view);
    return text(report);
  }

  private static void summary(ObjectNode summary, View view, List<Suite> suites) {
    List<Item> items = suites.stream().flatMap(suite -> suite.items().stream()).toList();
    long start = view.run().at().toEpochMilli();
    summary.put("tests", items.size());
    for (String status : List.of("passed", "failed", "skipped", "pending", "other")) {
      summary.put(status, items.stream().filter(it -> status(it.status()).equals(status)).count());
    }
    summary.put("flaky", items.stream().filter(Item::flaky).count());
    summary.put("suites", suites.size());
    summary.put("start", start).put("stop", start + view.run().millis());
    summary.put("duration", view.run().millis());
    ObjectNode extra = summary.putObject("extra");
    extra.put("verdict", view.verdict().kind().name());
    extra.put("selected", view.selected());
    ArrayNode reasons = extra.putArray("reasons");
    Why.verdict(view).forEach(it -> reasons.add(sound(it)));
  }

  private static void test(ObjectNode test, View view, Suite suite, Item item) {
    put(test, "name", item.name().isEmpty() ? "(no name)" : item.name());
    test.put("status", status(item.status()));
    test.put("duration", item.millis().orElse(0L));
    ArrayNode place = test.putArray("suite");
    item.place().forEach(it -> place.add(sound(it)));
    if (!item.message().isEmpty()) {
      put(test, "message", item.message());
    }
    if (item.status().bad() && !item.detail().isEmpty()) {
      put(test, "trace", item.detail());
    }
    put(test, "rawStatus", item.outcome());
    if (!item.output().isEmpty()) {
      ArrayNode out = test.putArray("stdout");
      item.output().lines().forEach(it -> out.add(sound(it)));
    }
    if (!item.earlier().isEmpty()) {
      test.put("retries", item.earlier().size());
      test.put("flaky", item.flaky());
      ArrayNode attempts = test.putArray("retryAttempts");
      item.earlier().forEach(it -> earlier(attempts.addObject(), it));
    }
    ObjectNode extra = test.putObject("extra");
    if (!suite.isVerdict()) {
      put(extra, "leg", suite.name());
    }
    extra.put("verdict", view.verdict().kind().name());
    extra.put("durationKnown", item.millis().isPresent());
  }

  private static void earlier(ObjectNode attempt, Earlier earlier) {
    attempt.put("attempt", earlier.attempt());
    attempt.put("status", status(earlier.status()));
    earlier.millis().ifPresent(it -> attempt.put("duration", it));
    if (!earlier.message().isEmpty()) {
      put(attempt, "message", earlier.message());
    }
  }

  private static void environment(ObjectNode environment, View view) {
    RunStarted run = view.run().started();
    put(environment, "reportName", view.selected() ? run.name() + " (SELECTED)" : run.name());
    put(environment, "commit", run.commit());
    environment.put("healthy", view.verdict().kind() == Verdict.Kind.GREEN);
    ObjectNode extra = environment.putObject("extra");
    put(extra, "tree", run.tree());
    extra.put("dirty", run.dirty());
    ArrayNode selected = extra.putArray("selected");
    run.selected().forEach(it -> selected.add(sound(it)));
    ObjectNode toggles = extra.putObject("toggles");
    run.toggles().stream()
        .filter(toggle -> !toggle.value().isEmpty())
        .forEach(toggle -> put(toggles, sound(toggle.name()), toggle.value()));
  }

  private static String status(Status status) {
    return switch (status) {
      case PASSED -> "passed";
      case FAILED, ERRORED -> "failed";
      case SKIPPED -> "skipped";
      case PENDING -> "pending";
    };
  }

  private static void put(ObjectNode to, String name, String value) {
    to.put(name, sound(value));
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

  private static String text(ObjectNode report) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    try {
      return JSON.writer(printer).writeValueAsString(report) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
