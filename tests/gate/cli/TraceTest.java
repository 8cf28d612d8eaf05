package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.base.ThisCheckout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("matrix trace")
class TraceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path temp;

  private static Checkout project;
  private static Checkout.Result ran;

  @BeforeAll
  static void ran() {
    project =
        new Checkout(temp.resolve("project"))
            .file(
                "matrix.yaml",
                """
                name: test
                toggles:
                  PASSWORD: { type: text, secret: true, help: Secret }
                legs:
                  bad: { title: Bad, retries: 1 }
                  blocked: { title: Blocked, needs: [bad] }
                  fine: { title: Fine }
                  slow: { title: Slow, timeout: 1s }
                """)
            .leg(
                "bad",
                "step('fine') { exec('true') }\n"
                    + "step('<b>bad</b> \\u001b[31m\\u202e') { exec('sh', '-c', 'exit 3',"
                    + " 'hunter2-secret') }\n")
            .leg("blocked", "step('a') { exec('true') }\n")
            .leg("fine", "step('a') { exec('true') }\nstep('b') { exec('sleep', '0.2') }\n")
            .leg("slow", "step('a') { exec('sleep', '60') }\n")
            .env("PASSWORD", "hunter2-secret");
    ran = project.run("-j", "2");
    assertThat(ran.code()).as(ran.err()).isEqualTo(1);
    Checkout.Result traced = project.run("trace");
    assertThat(traced.out())
        .isEqualTo("%1$s/trace.perfetto.json\n%1$s/trace.otlp.json\n".formatted(ran.run()));
    assertThat(traced.code()).as(traced.err()).isZero();
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static List<JsonNode> spans() throws Exception {
    return list(
        JSON.readTree(ran.file("trace.otlp.json")).at("/resourceSpans/0/scopeSpans/0/spans"));
  }

  private static String attribute(JsonNode span, String key) {
    return list(span.get("attributes")).stream()
        .filter(it -> it.get("key").asText().equals(key))
        .map(it -> it.get("value").iterator().next().asText())
        .findFirst()
        .orElse("");
  }

  private static JsonNode span(String key, String value) throws Exception {
    return spans().stream()
        .filter(it -> attribute(it, key).equals(value))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no span has " + key + "=" + value));
  }

  @Test
  void of_opentelemetry_has_one_root_and_each_span_begins_within_its_parent() throws Exception {
    Map<String, JsonNode> byId = new HashMap<>();
    for (JsonNode span : spans()) {
      assertThat(span.get("traceId").asText()).matches("[0-9a-f]{32}");
      assertThat(span.get("spanId").asText()).matches("[0-9a-f]{16}");
      assertThat(byId.put(span.get("spanId").asText(), span)).isNull();
    }
    List<JsonNode> roots = spans().stream().filter(it -> !it.has("parentSpanId")).toList();
    assertThat(roots).hasSize(1);
    for (JsonNode span : spans()) {
      if (span.has("parentSpanId")) {
        JsonNode parent = byId.get(span.get("parentSpanId").asText());
        assertThat(time(span, "start")).isBetween(time(parent, "start"), time(parent, "end"));
        assertThat(time(span, "end")).isBetween(time(span, "start"), time(roots.getFirst(), "end"));
      }
    }
  }

  private static long time(JsonNode span, String which) {
    return span.get(which + "TimeUnixNano").asLong();
  }

  @Test
  void of_opentelemetry_tells_in_the_words_of_its_conventions() throws Exception {
    JsonNode run = span("cicd.pipeline.action.name", "RUN");
    assertThat(run.get("name").asText()).isEqualTo("RUN test");
    assertThat(attribute(run, "cicd.pipeline.result")).isEqualTo("failure");
    assertThat(attribute(run, "matrix.verdict")).isEqualTo("RED");
    assertThat(run.at("/status/code").asInt()).isEqualTo(2);
    Map<String, String> results =
        Map.of(
            "bad#1",
            "failure",
            "bad#2",
            "failure",
            "fine#1",
            "success",
            "slow#1",
            "timeout",
            "blocked#0",
            "skip");
    for (Map.Entry<String, String> leg : results.entrySet()) {
      JsonNode span = span("cicd.pipeline.task.run.id", leg.getKey());
      assertThat(attribute(span, "cicd.pipeline.task.run.result")).isEqualTo(leg.getValue());
      assertThat(attribute(span, "cicd.pipeline.task.type")).isEqualTo("test");
      assertThat(span.get("parentSpanId")).isEqualTo(run.get("spanId"));
    }
    JsonNode step = span("test.suite.name", "fine / b");
    assertThat(attribute(step, "test.suite.run.status")).isEqualTo("success");
    assertThat(step.has("status")).isFalse();
    JsonNode process = span("process.command_line", "sleep 0.2");
    assertThat(process.get("parentSpanId")).isEqualTo(step.get("spanId"));
    assertThat(attribute(process, "process.exit.code")).isEqualTo("0");
  }

  @Test
  void of_perfetto_has_slices_that_nest_on_each_thread() throws Exception {
    JsonNode trace = JSON.readTree(ran.file("trace.perfetto.json"));
    Map<String, List<JsonNode>> threads = new HashMap<>();
    for (JsonNode event : trace.get("traceEvents")) {
      if (event.get("ph").asText().equals("X")) {
        String thread = event.get("pid") + " " + event.get("tid");
        threads.computeIfAbsent(thread, _ -> new ArrayList<>()).add(event);
      } else {
        assertThat(event.get("name").asText()).isIn("process_name", "thread_name");
      }
    }
    assertThat(threads.size()).isGreaterThan(4);
    threads.values().forEach(TraceTest::nests);
    assertThat(trace.get("traceEvents").findValuesAsText("name"))
        .contains("leg bad", "bad (attempt 2)", "2 b", "sleep 0.2", "attempts and steps");
  }

  private static void nests(List<JsonNode> slices) {
    Deque<Long> ends = new ArrayDeque<>();
    long before = 0;
    for (JsonNode slice :
        slices.stream()
            .sorted(java.util.Comparator.comparingLong(it -> it.get("ts").asLong()))
            .toList()) {
      long from = slice.get("ts").asLong();
      long until = from + slice.get("dur").asLong();
      assertThat(from).isGreaterThanOrEqualTo(before);
      before = from;
      while (!ends.isEmpty() && ends.peek() <= from) {
        ends.pop();
      }
      if (!ends.isEmpty()) {
        assertThat(until).as(slice.toString()).isLessThanOrEqualTo(ends.peek());
      }
      ends.push(until);
    }
  }

  @Test
  void holds_no_secret_and_nothing_that_a_terminal_obeys() {
    for (String name : List.of("trace.otlp.json", "trace.perfetto.json")) {
      assertThat(ran.file(name)).doesNotContain("hunter2-secret", "\u001b", "\\u001b", "\u202e");
    }
  }

  @Test
  void is_the_same_each_time_and_stands_where_it_is_asked_for() throws Exception {
    Path to = temp.resolve("deep/traces");
    Checkout.Result traced =
        InProcess.run(project.folder(), List.of(), "trace", "--to", to.toString());
    assertThat(traced.code()).as(traced.err()).isZero();
    for (String name : List.of("trace.otlp.json", "trace.perfetto.json")) {
      assertThat(to.resolve(name)).content().isEqualTo(ran.file(name));
    }
  }

  @Test
  void adds_nothing_to_what_is_kept_as_evidence() throws Exception {
    Path kept = Files.createDirectories(temp.resolve("kept"));
    Files.copy(ran.run().resolve("events.jsonl"), kept.resolve("events.jsonl"));
    Files.writeString(kept.resolve("evidence.json"), "{}");
    Checkout.Result refused = InProcess.run(project.folder(), List.of(), "trace", kept.toString());
    assertThat(refused.err()).contains("is kept as evidence").contains("--to DIR");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(kept.resolve("trace.otlp.json")).doesNotExist();
  }

  @Test
  void is_read_by_the_protocol_s_own_messages() throws Exception {
    Path venv = temp.resolve("venv");
    assumeTrue(
        project.shell("python3 -m venv '" + venv + "'").code() == 0,
        "no virtual environments of Python");
    Checkout.Result installed =
        project.shell(
            "'%s/bin/pip' install --quiet --disable-pip-version-check opentelemetry-proto==1.45.2"
                .formatted(venv));
    assumeTrue(installed.code() == 0, "pip got no packages: " + installed.err());
    Checkout.Result read =
        project.shell(
            "'%s/bin/python' '%s' '%s'"
                .formatted(
                    venv,
                    ThisCheckout.root().resolve("tests/interop/otlp.py"),
                    ran.run().resolve("trace.otlp.json")));
    assertThat(read.out()).as(read.err()).isEqualTo(spans().size() + " spans\n");
  }
}
