package gate.evidence;

import gate.journal.Entry;
import gate.report.CtrfJson;
import gate.report.JunitXml;
import gate.report.SummaryMd;
import gate.report.View;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** Whether reports follow from a journal. */
final class ReportsCheck {
  private ReportsCheck() {}

  static List<String> faults(
      List<Entry> entries, Reader junit, Reader ctrf, String summary, String gate)
      throws IOException {
    View view = View.of(entries);
    StringWriter text = new StringWriter();
    List<String> faults = new ArrayList<>();
    JunitXml.write(view, text);
    if (!junit.readAllAsString().equals(text.toString())) {
      faults.add("junit.xml doesn't follow from the journal");
    }
    text = new StringWriter();
    CtrfJson.write(view, text);
    if (!ctrf.readAllAsString().equals(text.toString())) {
      faults.add("ctrf.json doesn't follow from the journal");
    }
    if (!summary.equals(SummaryMd.render(view))) {
      faults.add("README.md doesn't follow from the journal");
    }
    return faults;
  }
}
