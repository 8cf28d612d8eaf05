package gate.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import gate.report.Item.Earlier;
import gate.report.Item.Status;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cases of a run as a page's script reads them: the tests of {@link JunitXml}, without the
 * verdict. Each row is the number of its place, name, outcome, mark, milliseconds or -1, and the
 * number of its details or -1.
 */
final class PageData {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_DETAIL = 20_000;
  private static final int MOST_OUTPUT = 8_000;
  private static final int LEAST = 100;

  /** All details together; the logs have the rest. */
  private static final int ROOM = 16 << 20;

  private final View view;
  private final Logs logs;
  private final boolean live;
  private final JsonGenerator json;
  private final Map<List<String>, StepRecord> steps;
  private final List<List<String>> places = new ArrayList<>();
  private final Map<List<String>, Integer> numbers = new HashMap<>();
  private final List<Item> details = new ArrayList<>();

  private PageData(View view, Logs logs, boolean live, JsonGenerator json) {
    this.view = view;
    this.logs = logs;
    this.live = live;
    this.json = json;
    this.steps = steps(view);
  }

  static void write(View view, Logs logs, boolean live, Writer to) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(new Safe(to))) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      new PageData(view, logs, live, json).write();
    }
  }

  /** JSON that can't end the element that holds it. */
  static String safe(String json) {
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
  }

  /** The JSON of a page's element with that id; empty where it has none. */
  static Optional<String> within(String page, String id) throws IOException {
    String start = "<script type=\"application/json\" id=\"%s\">".formatted(id);
    int from = page.indexOf(start);
    int until = page.indexOf("</script>", from);
    if (from < 0) {
      return Optional.empty();
    }
    if (until < 0) {
      throw new IOException("it has no end");
    }
    return Optional.of(page.substring(from + start.length(), until));
  }

  /** What a page's data say came out, a line a row. */
  static List<String> told(String page) throws IOException {
    JsonNode data =
        new ObjectMapper()
            .readTree(within(page, "data").orElseThrow(() -> new IOException("it holds no data")));
    List<String> told = new ArrayList<>();
    told.add("verdict: " + data.path("verdict").asText());
    for (JsonNode row : data.path("rows")) {
      String place = data.path("places").path(row.path(0).asInt()).path("names").toString();
      told.add(
          "%s %s %s %s"
              .formatted(place, row.path(1).asText(), row.path(2).asText(), row.path(3).asText()));
    }
    return told;
  }

  private void write() throws IOException {
    json.writeStartObject();
    json.writeStringField("verdict", new VerdictPart(view, live).word());
    json.writeArrayFieldStart("rows");
    for (Suite suite : Suites.of(view)) {
      for (Item item : suite.items()) {
        if (!suite.isVerdict() && !(live && item.outcome().equals("interrupted"))) {
          row(item);
        }
      }
    }
    json.writeEndArray();
    json.writeArrayFieldStart("places");
    for (List<String> place : places) {
      place(place);
    }
    json.writeEndArray();
    services();
    details();
    json.writeEndObject();
  }

  private void row(Item item) throws IOException {
    json.writeStartArray();
    json.writeNumber(number(item.place()));
    json.writeString(Clean.line(item.name()));
    json.writeString(item.flaky() ? "flaky" : item.outcome());
    json.writeString(mark(item).name());
    json.writeNumber(item.millis().orElse(-1L));
    boolean plain =
        item.status() == Status.PASSED && item.message().isEmpty() && item.earlier().isEmpty();
    json.writeNumber(plain ? -1 : details.size());
    if (!plain) {
      details.add(item);
    }
    json.writeEndArray();
  }

  private static Mark mark(Item item) {
    return switch (item.status()) {
      case PASSED -> item.flaky() || item.outcome().equals("leaked") ? Mark.WARN : Mark.GOOD;
      case FAILED, ERRORED -> Mark.BAD;
      case SKIPPED, PENDING -> Mark.NONE;
    };
  }

  private int number(List<String> place) {
    return numbers.computeIfAbsent(
        place,
        it -> {
          places.add(it);
          return places.size() - 1;
        });
  }

  /** With its log and the command that repeats it, where it is a step. */
  private void place(List<String> place) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("names");
    for (String name : place) {
      json.writeString(Clean.line(name));
    }
    json.writeEndArray();
    StepRecord step = place.size() > 1 ? steps.get(place.subList(0, 2)) : null;
    if (step != null) {
      json.writeStringField("log", Clean.line(step.log()));
      json.writeStringField("link", logs.link(step.log()).orElse(""));
      json.writeStringField("repeat", step.repeat().isEmpty() ? "" : Paste.of(step.repeat()));
    }
    json.writeEndObject();
  }

  private static Map<List<String>, StepRecord> steps(View view) {
    Map<List<String>, StepRecord> steps = new HashMap<>();
    for (LegRecord leg : view.run().legs()) {
      for (StepRecord step : leg.steps()) {
        steps.put(List.of(leg.plan().leg(), step.step() + " " + step.name()), step);
      }
    }
    return steps;
  }

  private void services() throws IOException {
    json.writeObjectFieldStart("services");
    for (LegRecord leg : view.run().legs()) {
      Set<String> all = new LinkedHashSet<>(leg.plan().covers());
      all.addAll(leg.plan().services());
      json.writeArrayFieldStart(Clean.line(leg.plan().leg()));
      for (String service : all) {
        json.writeString(Clean.line(service));
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void details() throws IOException {
    int room = ROOM;
    json.writeArrayFieldStart("details");
    for (Item item : details) {
      String detail = cut(item.detail(), Math.min(room, MOST_DETAIL));
      String output = cut(item.output(), Math.min(room - detail.length(), MOST_OUTPUT));
      room -= detail.length() + output.length();
      json.writeStartObject();
      json.writeStringField("detail", detail);
      json.writeStringField("output", output);
      json.writeArrayFieldStart("earlier");
      for (Earlier earlier : item.earlier()) {
        json.writeString(
            "attempt %d: %s".formatted(earlier.attempt(), Clean.line(earlier.message(), 400)));
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String cut(String text, int most) {
    if (most < LEAST) {
      return "";
    }
    String beginning = text.length() > 2 * most ? text.substring(0, 2 * most) : text;
    String block = Clean.block(beginning);
    return block.length() > most
        ? Clean.cut(block, most - LEAST) + "\n(cut; the log has the rest)"
        : block;
  }

  /** Within JSON these stand in texts only, where they may be written so. */
  private static final class Safe extends FilterWriter {
    Safe(Writer to) {
      super(to);
    }

    @Override
    public void write(int c) throws IOException {
      write(new char[] {(char) c}, 0, 1);
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
      write(text.toCharArray(), from, length);
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
      int done = from;
      for (int i = from; i < from + length; i++) {
        if (text[i] == '<' || text[i] == '>' || text[i] == '&') {
          out.write(text, done, i - done);
          out.write(safe(String.valueOf(text[i])));
          done = i + 1;
        }
      }
      out.write(text, done, from + length - done);
    }
  }
}
