package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.CaseFinished;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.PlannedStep;
import gate.journal.Outcome;
import gate.journal.Usual;
import gate.report.Story.Start;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Whatever stands in a journal, each format stays itself. */
class FuzzTest {
  private static final List<String> NASTY =
      List.of(
          "]]>",
          "\u001B[2J",
          "\u001B]0;title\u0007",
          "\u009B31m",
          "\uD800",
          "\uDC00",
          "\u0000",
          "\uFFFE",
          "\uFFFF",
          "\r",
          "\n",
          "\t",
          "\u0085",
          "\u2028",
          "\u202E",
          "|",
          "\\|",
          "\\",
          "`",
          "```",
          "<script>",
          "</testcase>",
          "&",
          "\"",
          "'",
          "<!--",
          "-->",
          "@all",
          "*",
          "_",
          "[x](http://x)",
          "![",
          "\nGREEN  all passed\n",
          "\n| a | b |\n",
          "é",
          "漢",
          "🦀",
          "\u0300",
          "$'",
          "\b",
          "\u007F");
  private static final JsonSchema CTRF = ctrf();

  @TempDir Path folder;

  static LongStream seeds() {
    return LongStream.range(0, 150);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void hostile_names_messages_and_outputs_break_no_format(long seed) throws Exception {
    check(hostile(new Random(seed)));
  }

  @ParameterizedTest
  @EnumSource
  void the_stories_break_no_format(Stories story) throws Exception {
    check(story.story());
  }

  private void check(Story story) throws Exception {
    View view = View.of(story.entries());
    junit(view);
    ctrf(view);
    markdown(SummaryMd.render(view));
    PageTest.holds(Page.render(view, Logs.in(folder)));
    console(story);
  }

  private static void junit(View view) throws Exception {
    byte[] bytes = JunitXml.render(view).getBytes(StandardCharsets.UTF_8);
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    var builder = factory.newDocumentBuilder();
    builder.setErrorHandler(null);
    Document xml = builder.parse(new ByteArrayInputStream(bytes));
    Element all = xml.getDocumentElement();
    NodeList cases = xml.getElementsByTagName("testcase");
    assertThat(all.getAttribute("tests")).isEqualTo(Integer.toString(cases.getLength()));
    assertThat(all.getAttribute("failures")).isEqualTo(count(xml, "failure"));
    assertThat(all.getAttribute("errors")).isEqualTo(count(xml, "error"));
    assertThat(all.getAttribute("skipped")).isEqualTo(count(xml, "skipped"));
    Element verdict = (Element) cases.item(0);
    assertThat(verdict.getAttribute("name")).startsWith("verdict");
    boolean bad =
        verdict.getElementsByTagName("failure").getLength()
                + verdict.getElementsByTagName("error").getLength()
            > 0;
    assertThat(bad).isEqualTo(!view.passes());
    assertThat(verdict.getElementsByTagName("*").getLength() == 0)
        .isEqualTo(view.verdict().kind() == gate.journal.Verdict.Kind.GREEN);
  }

  private static String count(Document xml, String element) {
    return Integer.toString(xml.getElementsByTagName(element).getLength());
  }

  private static void ctrf(View view) throws JsonProcessingException {
    String text = CtrfJson.render(view);
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
    var json = new ObjectMapper().readTree(text);
    assertThat(CTRF.validate(json)).isEmpty();
    var summary = json.at("/results/summary");
    assertThat(
            IntStream.of(
                    summary.get("passed").asInt(),
                    summary.get("failed").asInt(),
                    summary.get("skipped").asInt(),
                    summary.get("pending").asInt(),
                    summary.get("other").asInt())
                .sum())
        .isEqualTo(summary.get("tests").asInt())
        .isEqualTo(json.at("/results/tests").size());
    assertThat(summary.get("failed").asInt() > 0 || view.passes()).isTrue();
  }

  private static void markdown(String text) {
    assertThat(text).doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
    String fence = "";
    int columns = 0;
    for (String line : text.split("\n")) {
      if (!fence.isEmpty()) {
        fence = line.equals(fence) ? "" : fence;
      } else if (line.startsWith("```")) {
        fence = line.replace("text", "");
      } else if (line.startsWith("|")) {
        int now = line.split("\\|", -1).length;
        assertThat(columns).describedAs(line).isIn(0, now);
        assertThat(line).doesNotContain("\\");
        columns = now;
      } else {
        assertThat(line)
            .doesNotContain("|")
            .doesNotContainPattern("<(?!code>|/code>|!-- -->)[^`]*$");
        columns = 0;
      }
    }
    assertThat(fence).isEmpty();
  }

  private void console(Story story) {
    Outside plain = Outside.plain();
    Console.replay(plain.world, folder, story.entries());
    assertThat(plain.text()).doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
    assertThat(
            plain
                .text()
                .lines()
                .filter(line -> line.matches("(GREEN|RED|PARTIAL|DRY|INTER.*)  .*")))
        .hasSize(1);
    Outside terminal = Outside.terminal(java.util.Map.of());
    FakeTty tty = new FakeTty();
    Display live =
        new LiveDisplay(
            terminal.world.out(), Style.COLOURED, folder, tty, () -> Usual.UNKNOWN, () -> {});
    int now = 0;
    for (Entry entry : story.entries()) {
      live.take(entry, now);
      tty.type(List.of("l", "d", "?", "n", "x").get(now % 5));
      live.tick(now += 100);
    }
    live.end("");
    new Terminal(60).feed(terminal.text());
  }

  private Story hostile(Random random) throws IOException {
    String first = "a" + text(random);
    String second = "b" + text(random);
    PlannedStep step = Story.step(1, text(random));
    PlannedLeg leg =
        Story.leg(first, text(random), "run", "", step, Story.off(2, text(random), text(random)));
    PlannedLeg skipped = Story.leg(second, text(random), "skip", text(random));
    Start start = random.nextBoolean() ? Start.PLAIN : Start.PLAIN.selected(text(random), first);
    start = start.toggle("T" + text(random), text(random), "--set");
    String log = "step.log";
    byte[] noise = new byte[random.nextInt(3_000)];
    random.nextBytes(noise);
    Files.write(folder.resolve(log), noise);
    Story story = Story.begin(start, leg, skipped);
    Outcome outcome = Outcome.values()[random.nextInt(Outcome.values().length)];
    story.add(1, new Event.LegStarted(first, 1));
    story.add(1, new Event.StepStarted(first, 1, 1, text(random), log));
    for (int i = 0; i < 3; i++) {
      story.add(
          1,
          new CaseFinished(
              first,
              1,
              1,
              text(random),
              text(random),
              Outcome.values()[random.nextInt(Outcome.values().length)],
              Optional.empty(),
              text(random),
              text(random)));
    }
    story.add(
        1,
        new Event.StepFinished(
            first, 1, 1, outcome, text(random), text(random), text(random), false, 5));
    story.add(1, new Event.LegFinished(first, 1, outcome, text(random), random.nextInt(100_000)));
    if (random.nextInt(4) == 0) {
      story.add(1, new Event.Problem(text(random)));
    }
    return random.nextInt(4) == 0 ? story : story.ends();
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      switch (random.nextInt(3)) {
        case 0 -> text.append(NASTY.get(random.nextInt(NASTY.size())));
        case 1 -> text.append("word ");
        default -> text.append((char) random.nextInt(0x10000));
      }
    }
    return text.toString();
  }

  private static JsonSchema ctrf() {
    Path file =
        Path.of(System.getProperty("gate.home", "")).resolve("tests/gate/report/ctrf.schema.json");
    try {
      return JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(Files.readString(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
