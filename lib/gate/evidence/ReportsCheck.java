package gate.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.base.Reason;
import gate.report.CtrfJson;
import gate.report.JunitXml;
import gate.report.Logs;
import gate.report.Page;
import gate.report.Since;
import gate.report.SummaryMd;
import gate.report.View;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Whether the reports of a kept run follow from its journal: to the byte where this version of the
 * gate made them, by what they say where another did.
 */
final class ReportsCheck {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final View view;
  private final boolean same;
  private final List<String> faults = new ArrayList<>();

  private ReportsCheck(View view, boolean same) {
    this.view = view;
    this.same = same;
  }

  /** What of a report says what came out. */
  private interface Meaning {
    List<String> of(String report) throws IOException;
  }

  private interface Rendering {
    void write(View view, StringWriter to) throws IOException;
  }

  /**
   * What doesn't follow, a sentence each.
   *
   * @param view what the journal shows, with the waiver that the manifest tells of
   * @param logs those that are kept
   * @param summary the README without what stands before the summary
   * @param same whether this version of the gate made them
   */
  static List<String> faults(Path folder, View view, Logs logs, String summary, boolean same)
      throws IOException {
    ReportsCheck check = new ReportsCheck(view, same);
    check.look(
        EvidenceFolder.JUNIT,
        Files.readString(folder.resolve(EvidenceFolder.JUNIT)),
        JunitXml::write,
        ReportsCheck::junit);
    check.look(
        EvidenceFolder.CTRF,
        Files.readString(folder.resolve(EvidenceFolder.CTRF)),
        CtrfJson::write,
        ReportsCheck::ctrf);
    check.look(
        EvidenceFolder.README,
        summary,
        (shown, to) -> to.write(SummaryMd.render(shown)),
        ReportsCheck::readme);
    Path page = folder.resolve(EvidenceFolder.PAGE);
    if (Files.exists(page, LinkOption.NOFOLLOW_LINKS)) { // older gates kept none
      check.page(Files.readString(page), logs);
    }
    return List.copyOf(check.faults);
  }

  /**
   * The same of a run that isn't kept yet, by what its reports say: as many as are in its folder,
   * which any version of the gate may have made.
   */
  static List<String> faults(Path run, View view) throws IOException {
    ReportsCheck check = new ReportsCheck(view, false);
    check.lookInto(run, EvidenceFolder.JUNIT, JunitXml::write, ReportsCheck::junit);
    check.lookInto(run, EvidenceFolder.CTRF, CtrfJson::write, ReportsCheck::ctrf);
    Path page = run.resolve(EvidenceFolder.PAGE);
    if (Files.isRegularFile(page, LinkOption.NOFOLLOW_LINKS)) {
      check.page(Files.readString(page), Logs.in(run));
    }
    return List.copyOf(check.faults);
  }

  private void lookInto(Path run, String name, Rendering rendering, Meaning meaning)
      throws IOException {
    Path report = run.resolve(name);
    if (Files.isRegularFile(report, LinkOption.NOFOLLOW_LINKS)) {
      look(name, Files.readString(report), rendering, meaning);
    }
  }

  /** What it says of an earlier run can't be known here; what of this one has to be so. */
  private void page(String kept, Logs logs) throws IOException {
    try {
      Optional<Since> since = Page.since(kept);
      if (since.isPresent() && !since.get().changes().fits(view.run())) {
        faults.add(
            "%s tells of changes since an earlier run that aren't so by the journal"
                .formatted(EvidenceFolder.PAGE));
      }
      look(
          EvidenceFolder.PAGE,
          kept,
          (shown, to) -> Page.write(shown.since(since), logs, to),
          Page::told);
    } catch (JsonProcessingException e) {
      faults.add(
          "%s can't be read: it holds no JSON where it should".formatted(EvidenceFolder.PAGE));
    }
  }

  private void look(String name, String kept, Rendering rendering, Meaning meaning)
      throws IOException {
    StringWriter made = new StringWriter();
    rendering.write(view, made);
    if (kept.equals(made.toString())) {
      return;
    }
    if (same) {
      faults.add("%s isn't what follows from the journal".formatted(name));
      return;
    }
    try {
      List<String> told = meaning.of(kept);
      List<String> follows = meaning.of(made.toString());
      List<String> more = without(told, follows);
      List<String> less = without(follows, told);
      if (!more.isEmpty() || !less.isEmpty()) {
        faults.add(
            "%s isn't what follows from the journal: %s"
                .formatted(
                    name,
                    more.isEmpty()
                        ? "it lacks " + gate.base.Shown.value(less.getFirst())
                        : "it says " + gate.base.Shown.value(more.getFirst())));
      }
    } catch (IOException e) {
      faults.add("%s can't be read: %s".formatted(name, Reason.of(e)));
    }
  }

  private static List<String> without(List<String> some, List<String> others) {
    Map<String, Integer> counts = new HashMap<>();
    others.forEach(it -> counts.merge(it, 1, Integer::sum));
    return some.stream().filter(it -> counts.merge(it, -1, Integer::sum) < 0).toList();
  }

  /** Each test case with its suite and what came of it, the verdict and its waiver. */
  private static List<String> junit(String xml) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    List<String> cases = new ArrayList<>();
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
      String suite = "";
      String test = "";
      String outcome = "";
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamReader.START_ELEMENT -> {
            switch (reader.getLocalName()) {
              case "testsuite" -> suite = reader.getAttributeValue(null, "name");
              case "property" ->
                  told(
                      reader.getAttributeValue(null, "name"),
                      reader.getAttributeValue(null, "value"),
                      cases);
              case "testcase" -> {
                test =
                    reader.getAttributeValue(null, "classname")
                        + " "
                        + reader.getAttributeValue(null, "name");
                outcome = "passed";
              }
              case "failure", "error", "skipped" -> outcome = reader.getLocalName();
              default -> {}
            }
          }
          case XMLStreamReader.END_ELEMENT -> {
            if (reader.getLocalName().equals("testcase")) {
              cases.add("%s: %s %s".formatted(suite, test, outcome));
            }
          }
          case XMLStreamReader.DTD -> throw new IOException("it holds a DOCTYPE");
          default -> {}
        }
      }
    } catch (XMLStreamException e) {
      throw new IOException("it is no XML", e);
    }
    Collections.sort(cases);
    return cases;
  }

  /** The verdict and its waiver. */
  private static void told(String name, String value, List<String> to) {
    if (List.of("verdict", "waived").contains(name)) {
      to.add("%s: %s".formatted(name, value));
    }
  }

  /** Each test with its status, the sums, the verdict and its waiver. */
  private static List<String> ctrf(String json) throws IOException {
    JsonNode results = JSON.readTree(json).path("results");
    List<String> told = new ArrayList<>();
    for (JsonNode test : results.path("tests")) {
      told.add(
          "%s %s %s"
              .formatted(
                  test.path("suite").toString(),
                  test.path("name").asText(),
                  test.path("status").asText()));
    }
    for (String sum : List.of("tests", "passed", "failed", "skipped", "pending", "other")) {
      told.add("%s: %s".formatted(sum, results.path("summary").path(sum).asText()));
    }
    results
        .path("summary")
        .path("extra")
        .properties()
        .forEach(it -> told(it.getKey(), it.getValue().asText(), told));
    Collections.sort(told);
    return told;
  }

  /** The heading with the verdict. */
  private static List<String> readme(String markdown) {
    return markdown.lines().filter(line -> line.startsWith("## ")).limit(1).toList();
  }
}
