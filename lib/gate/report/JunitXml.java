package gate.report;

import gate.journal.Event.RunStarted;
import gate.journal.Event.ToggleValue;
import gate.report.Item.Status;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A run as JUnit XML. Its first suite holds the run's properties and a test case `verdict`, which
 * passes only where the run is GREEN.
 */
public final class JunitXml {
  private JunitXml() {}

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

  /** Writes the file, element after element; {@code to} stays open. */
  public static void write(View view, Writer to) throws IOException {
    List<Suite> suites = Suites.of(view);
    RunStarted run = view.run().started();
    Xml xml = new Xml(to);
    xml.open(
        "testsuites",
        counts(
            run.name() + view.marked(),
            suites.stream().flatMap(suite -> suite.items().stream()).toList(),
            Optional.of(view.run().millis())));
    for (Suite suite : suites) {
      xml.open("testsuite", counts(suite.name(), suite.items(), suite.millis()));
      if (suite.isVerdict()) {
        properties(xml, view);
      }
      for (Item item : suite.items()) {
        testCase(xml, item);
      }
      xml.close("testsuite");
    }
    xml.close("testsuites");
  }

  private static String[] counts(String name, List<Item> items, Optional<Long> millis) {
    Function<Status, String> count =
        status -> Long.toString(items.stream().filter(it -> it.status() == status).count());
    List<String> attributes =
        new ArrayList<>(
            List.of(
                "name",
                name,
                "tests",
                Integer.toString(items.size()),
                "failures",
                count.apply(Status.FAILED),
                "errors",
                count.apply(Status.ERRORED),
                "skipped",
                Long.toString(
                    items.stream()
                        .filter(
                            it -> it.status() == Status.SKIPPED || it.status() == Status.PENDING)
                        .count())));
    millis.ifPresent(it -> attributes.addAll(List.of("time", Amounts.seconds(it))));
    return attributes.toArray(String[]::new);
  }

  private static void properties(Xml xml, View view) throws IOException {
    RunStarted run = view.run().started();
    xml.open("properties");
    property(xml, "verdict", view.verdict().kind().name());
    if (view.waived().isPresent()) {
      property(xml, "waived", view.waived().get());
    }
    if (view.selected()) {
      property(xml, "SELECTED", String.join(" ", run.selected()));
    }
    if (view.run().part().isPresent()) {
      property(xml, "part", view.run().part().get().label());
    }
    property(xml, "run", run.run());
    property(xml, "commit", run.commit());
    property(xml, "tree", run.tree());
    property(xml, "dirty", Boolean.toString(run.dirty()));
    property(xml, "gate", run.gate());
    for (ToggleValue toggle : run.toggles()) {
      if (!toggle.value().isEmpty()) {
        property(xml, "toggle." + toggle.name(), toggle.value());
      }
    }
    xml.close("properties");
  }

  private static void property(Xml xml, String name, String value) throws IOException {
    xml.empty("property", "name", name, "value", value);
  }

  private static void testCase(Xml xml, Item item) throws IOException {
    List<String> attributes =
        new ArrayList<>(List.of("classname", place(item), "name", item.name()));
    item.millis().ifPresent(it -> attributes.addAll(List.of("time", Amounts.seconds(it))));
    String[] all = attributes.toArray(String[]::new);
    if (item.status() == Status.PASSED && item.output().isEmpty()) {
      xml.empty("testcase", all);
      return;
    }
    xml.open("testcase", all);
    switch (item.status()) {
      case PASSED -> {}
      case FAILED ->
          xml.text("failure", item.detail(), "message", item.message(), "type", item.outcome());
      case ERRORED ->
          xml.text("error", item.detail(), "message", item.message(), "type", item.outcome());
      case SKIPPED, PENDING -> xml.empty("skipped", "message", item.message());
    }
    if (!item.output().isEmpty()) {
      xml.text("system-out", item.output());
    }
    xml.close("testcase");
  }

  /** Readers take what lies before the last dot for a package. */
  private static String place(Item item) {
    return item.place().stream().map(it -> it.replace('.', '_')).collect(Collectors.joining("."));
  }
}
