package gate.report;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.journal.Changes.Item;
import gate.journal.Changes.Slower;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What differs from the last green run. */
final class SincePart {
  private static final ObjectMapper JSON =
      new ObjectMapper().setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE);

  private final View view;

  SincePart(View view) {
    this.view = view;
  }

  void write(Html html) throws IOException {
    if (view.since().isEmpty()) {
      return;
    }
    Since since = view.since().get();
    html.open("section", "id", "since", "aria-labelledby", "since-title");
    html.line("h2", "Since the last green run", "id", "since-title");
    html.open("p", "class", "meta").line("code", since.run());
    html.text(", commit " + Why.shortened(since.commit())).close("p").newLine();
    if (since.changes().none()) {
      html.line("p", "Nothing else passes, fails, is flaky or takes much longer.");
    }
    part(html, since, "gone", "Passed then, and doesn't now", since.changes().gone());
    part(html, since, "flaky", "Flaky now, and not then", since.changes().flaky());
    slower(html, since);
    part(html, since, "fixed", "Failed or was flaky then, and passes now", since.changes().fixed());
    part(html, since, "added", "New, and passes", since.changes().added());
    html.open("script", "type", "application/json", "id", "since-data");
    html.own(PageData.safe(text(since))).close("script");
    html.close("section").newLine();
  }

  private static String text(Since since) {
    try {
      return JSON.writeValueAsString(since);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void part(Html html, Since since, String kind, String title, List<Item> items)
      throws IOException {
    if (items.isEmpty()) {
      return;
    }
    head(html, since, kind, title);
    for (Item item : items) {
      html.open("li");
      item(html, item);
      html.close("li");
    }
    end(html, since.count(kind) - items.size());
  }

  private static void slower(Html html, Since since) throws IOException {
    List<Slower> all = since.changes().slower();
    if (all.isEmpty()) {
      return;
    }
    head(html, since, "slower", "Takes at least twice as long");
    for (Slower slower : all) {
      html.open("li");
      item(html, slower.item());
      html.text(
          ": %s, then %s".formatted(Amounts.time(slower.now()), Amounts.time(slower.before())));
      html.close("li");
    }
    end(html, since.count("slower") - all.size());
  }

  private static void head(Html html, Since since, String kind, String title) throws IOException {
    html.line("h3", "%s (%d)".formatted(title, since.count(kind)), "class", "change-" + kind);
    html.open("ul", "class", "changes");
  }

  private static void end(Html html, int more) throws IOException {
    html.close("ul");
    if (more > 0) {
      html.line("p", "and %d more".formatted(more), "class", "meta");
    }
    html.newLine();
  }

  private static void item(Html html, Item item) throws IOException {
    html.line("a", item.leg(), "href", "#" + Anchor.leg(item.leg()));
    html.text(" " + Since.shown(item));
  }

  /** What a page tells of an earlier run, where it is one of the gate's. */
  static Optional<Since> read(String page) throws IOException {
    Optional<String> json = PageData.within(page, "since-data");
    return json.isEmpty() ? Optional.empty() : Optional.of(JSON.readValue(json.get(), Since.class));
  }
}
