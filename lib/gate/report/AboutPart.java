package gate.report;

import gate.base.Commands;
import gate.journal.Event.HostFact;
import gate.journal.Event.RunStarted;
import gate.journal.Event.ToggleValue;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a run was made of, and where. */
final class AboutPart {
  private final View view;

  AboutPart(View view) {
    this.view = view;
  }

  void write(Html html) throws IOException {
    RunStarted run = view.run().started();
    html.open("section", "id", "about", "aria-labelledby", "about-title");
    html.line("h2", "Run and host", "id", "about-title").newLine();
    html.open("dl", "class", "facts");
    pair(html, "run", run.run());
    pair(html, "began", view.run().at().toString());
    pair(html, "took", Amounts.time(view.run().millis()));
    pair(
        html, "commit", run.commit() + (run.dirty() ? " dirty: files differ from the commit" : ""));
    pair(html, "tree", run.tree());
    pair(html, "command", Paste.of(Commands.line(run.command())));
    pair(html, "side by side", Amounts.of(run.jobs(), "leg"));
    pair(html, "gate", run.gate());
    html.close("dl").newLine();
    toggles(html, run);
    facts(html, run);
    tested(html);
    environment(html, run);
    html.close("section").newLine();
  }

  private static void pair(Html html, String name, String value) throws IOException {
    html.open("div").line("dt", name).open("dd").line("code", Clean.line(value)).close("dd");
    html.close("div");
  }

  private static void toggles(Html html, RunStarted run) throws IOException {
    if (run.toggles().isEmpty()) {
      return;
    }
    table(html, "Toggles", "toggle", "value", "from");
    for (ToggleValue toggle : run.toggles()) {
      row(html, toggle.name(), toggle.value().isEmpty() ? "–" : toggle.value(), toggle.source());
    }
    html.own("</tbody></table></div>\n");
  }

  private static void facts(Html html, RunStarted run) throws IOException {
    if (run.facts().isEmpty()) {
      return;
    }
    table(html, "Facts about the host", "fact", "state", "proof and fix");
    for (HostFact fact : run.facts()) {
      row(
          html,
          fact.name(),
          fact.state(),
          fact.proof() + (fact.fix().isEmpty() ? "" : "; " + fact.fix()));
    }
    html.own("</tbody></table></div>\n");
  }

  private static void table(Html html, String title, String... heads) throws IOException {
    html.line("h3", title);
    html.open("div", "class", "wide", "tabindex", "0", "role", "region", "aria-label", title);
    html.own("<table><thead><tr>");
    for (String head : heads) {
      html.line("th", head, "scope", "col");
    }
    html.own("</tr></thead><tbody>\n");
  }

  private static void row(Html html, String name, String... cells) throws IOException {
    html.open("tr").line("th", name, "scope", "row");
    for (String cell : cells) {
      html.line("td", Clean.line(cell));
    }
    html.close("tr").newLine();
  }

  private void tested(Html html) throws IOException {
    List<String> servers = new ArrayList<>();
    List<String> machines = new ArrayList<>();
    List<String> artifacts = new ArrayList<>();
    for (LegRecord leg : view.run().legs()) {
      for (StepRecord step : leg.steps()) {
        String where = leg.plan().leg() + ", " + step.name() + ": ";
        step.servers()
            .forEach(it ->
                servers.add(
                    where
                        + (it.origin().equals("named")
                            ? it.service() + " at " + it.url()
                            : "%d × %s of its own".formatted(it.count(), it.service()))
                        + ", version %s, commit %s".formatted(it.version(), it.commit())));
        step.machines()
            .forEach(it ->
                machines.add(
                    where
                        + "%s on %s, guest %s"
                            .formatted(it.machine(), it.accelerator(), it.guest())));
        step.artifacts()
            .forEach(it ->
                artifacts.add(
                    where
                        + "%s, %s, sha256 %s"
                            .formatted(it.artifact(), Amounts.of(it.size(), "byte"), it.sha256())));
      }
    }
    list(html, "Servers that the tests say they talked to", servers);
    list(html, "Virtual machines that the tests had running", machines);
    list(html, "Artifacts", artifacts);
  }

  private void environment(Html html, RunStarted run) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, String> it : run.environment().entrySet()) {
      lines.add(it.getKey() + "=" + it.getValue());
    }
    list(html, "Environment", lines);
    list(html, "Dropped from the environment", run.dropped());
    list(
        html,
        "Cargo's settings that no commit holds",
        view.run().inputs().stream()
            .flatMap(it -> it.settings().entrySet().stream())
            .map(it -> it.getKey() + ", sha256 " + it.getValue())
            .toList());
    list(html, "Not bound to the commit", view.run().unbound());
  }

  private static void list(Html html, String title, List<String> lines) throws IOException {
    if (lines.isEmpty()) {
      return;
    }
    html.open("details", "class", "more").line("summary", "%s (%d)".formatted(title, lines.size()));
    html.open("ul");
    for (String line : lines) {
      html.open("li").line("code", Clean.line(line)).close("li");
    }
    html.close("ul").close("details").newLine();
  }
}
