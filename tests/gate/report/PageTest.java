package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.ThisCheckout;
import gate.journal.Event;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A run's page")
class PageTest {
  private static final Pattern TAG = Pattern.compile("<(/?)([a-z0-9]+)((?: [^<>]*)?)>");
  private static final Pattern ATTRIBUTE = Pattern.compile(" ([a-z0-9-]+)(?:=\"([^\"]*)\")?");
  private static final Pattern OWN =
      Pattern.compile("(?s)(<style>).*?(?=</style>)|(<script>).*?(?=</script>)");

  @TempDir Path folder;

  /** Without its style and script, and the policy that names their hashes. */
  static String bare(String page) {
    return OWN.matcher(page)
        .replaceAll(it -> it.group(1) == null ? it.group(2) : it.group(1))
        .replaceAll("&#39;sha256-[^&]*&#39;", "HASH");
  }

  private static String page(View view) {
    return Page.render(view, Logs.kept(Map.of()));
  }

  @ParameterizedTest(name = "looks as it was accepted: {0}")
  @EnumSource
  void looks(Stories story) {
    Golden.check(
        "page-" + story.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".html",
        bare(page(story.view())));
  }

  @ParameterizedTest(name = "{0} begins with `{1}` in the colours {2}")
  @CsvSource({
    "GREEN, GREEN, v-green",
    "SELECTED, GREEN SELECTED, v-green v-selected",
    "RED, RED, v-red",
    "PARTIAL, PARTIAL, v-partial",
    "DEGRADED, PARTIAL, v-partial",
    "FLAKY, RED, v-red",
    "PROBLEM, RED, v-red",
    "INTERRUPTED, INTERRUPTED, v-interrupted",
    "CUT_OFF, INTERRUPTED, v-interrupted",
    "DRY, DRY, v-dry",
  })
  void verdict(Stories story, String word, String style) throws IOException {
    String page = page(View.of(story.entries()));
    assertThat(page)
        .contains("<header id=\"verdict\" class=\"verdict " + style + "\">")
        .contains("<span class=\"word\">" + word + "</span>")
        .contains("<title>" + word + " · ");
    assertThat(Page.told(page)).contains("verdict: " + word);
  }

  @Test
  void shows_a_waiver_in_its_head() {
    String page = page(Stories.PARTIAL.view().waived("by Ada until 2027-01-31: <no> KVM"));
    assertThat(page.substring(0, page.indexOf("</header>")))
        .contains("Waived by Ada until 2027-01-31: &lt;no&gt; KVM");
  }

  @ParameterizedTest(name = "of a run that goes on says neither pass nor interruption: {0}")
  @CsvSource({"CUT_OFF, RUNNING, v-running", "GREEN, GREEN, v-green"})
  void live(Stories story, String word, String style) throws IOException {
    StringWriter text = new StringWriter();
    Page.live(story.view(), Logs.kept(Map.of()), text);
    assertThat(text.toString())
        .contains("class=\"verdict " + style + "\"")
        .contains("<span class=\"word\">" + word + "</span>");
    boolean asks = story == Stories.CUT_OFF;
    assertThat(text.toString().contains("connect-src &#39;self&#39;")).isEqualTo(asks);
    assertThat(text.toString().contains("data-live=\"yes\"")).isEqualTo(asks);
    if (asks) {
      assertThat(bare(text.toString())).doesNotContain("interrupted");
    }
  }

  @Test
  void lets_nothing_in_but_its_own_style_and_script() throws Exception {
    String page = page(Stories.RED.view());
    String policy = group(page, "Content-Security-Policy\" content=\"([^\"]*)\"");
    assertThat(policy.replace("&#39;", "'").split("; "))
        .containsExactly(
            "default-src 'none'",
            "script-src " + hash(group(page, "(?s)<script>(.*?)</script>")),
            "style-src " + hash(group(page, "(?s)<style>(.*?)</style>")),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'");
  }

  private static String group(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  private static String hash(String text) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes("UTF-8"));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  @Test
  void asks_for_nothing_elsewhere() throws IOException {
    for (String name : List.of("page.css", "page.js", "cases.js", "live.js")) {
      String own = Files.readString(ThisCheckout.root().resolve("lib/gate/report").resolve(name));
      assertThat(own)
          .as(name)
          .doesNotContain("</", "http:", "https:", "url(", "@import")
          .doesNotContain("innerHTML", "outerHTML", "insertAdjacent", "eval(", "document.write");
    }
  }

  /** Whatever a run is called: all that has a meaning in the page is the gate's. */
  static void holds(String page) {
    String bare = bare(page);
    assertThat(bare).doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
    String markup = bare.replaceFirst("^<!DOCTYPE html>", "").replaceAll(TAG.pattern(), "");
    assertThat(markup).doesNotContain("<", ">");
    Matcher tags = TAG.matcher(bare);
    while (tags.find()) {
      Matcher attributes = ATTRIBUTE.matcher(tags.group(3));
      int end = 0;
      while (attributes.find()) {
        assertThat(attributes.start()).as(tags.group()).isEqualTo(end);
        end = attributes.end();
        assertThat(attributes.group(1)).doesNotStartWith("on").isNotIn("style", "src", "srcdoc");
        if (attributes.group(1).equals("href")) {
          assertThat(attributes.group(2)).matches("(?:#|\\./|data:image/svg\\+xml,%3C).*");
        }
      }
      assertThat(tags.group(3).substring(end)).as(tags.group()).isEmpty();
    }
    assertThat(bare.split("<script", -1)).hasSameSizeAs(bare.split("</script>", -1));
  }

  @ParameterizedTest(name = "finds the log `{0}` at `{1}`")
  @CsvSource(
      delimiter = '|',
      value = {
        "legs/a/01-x.log|./legs/a/01-x.log",
        "legs/a b/#1?.log|./legs/a%20b/%231%3F.log",
        "javascript:alert(1)|./javascript%3Aalert%281%29",
        "../other/x.log|",
        "legs/../../x.log|",
        "/etc/passwd|",
        "//evil.test/x|",
        "''|",
      })
  void logs(String log, String address) {
    assertThat(Logs.in(folder).link(log)).isEqualTo(Optional.ofNullable(address));
  }

  @Test
  void finds_logs_from_elsewhere_and_under_the_names_they_are_kept_by() {
    assertThat(Logs.from(folder.resolve("there/it"), folder.resolve("run")).link("legs/a.log"))
        .contains("./../../run/legs/a.log");
    Logs kept = Logs.kept(Map.of("legs/a.log", "legs/a.log.gz"));
    assertThat(kept.link("legs/a.log")).contains("./legs/a.log.gz");
    assertThat(kept.link("legs/b.log")).isEmpty();
  }

  @ParameterizedTest(name = "shows `{0}` as {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "plain|plain:",
        "a E[31mred E[0mb|a :, red :ansi-red, b:",
        "E[1;32mok E[22mdone|ok :ansi-green ansi-bold, done:ansi-green",
        "E[38;5;196mx E[48;2;1;2;3my|x :, y:",
        "xE[2J E[Hmoved E]0;title\u0007on|x moved on:",
        "E[999999999999mx|x:",
        "E[91;mxE[94my|x:, y:ansi-blue",
      })
  void colours(String line, String pieces) {
    assertThat(
            new Ansi()
                .line(line.replace("E", "\u001B")).stream()
                    .map(it -> it.text() + ":" + it.style())
                    .toList())
        .hasToString("[" + pieces + "]");
  }

  @Test
  void quotes_the_log_where_the_case_fails_and_its_end() throws IOException {
    StringBuilder log = new StringBuilder();
    for (int i = 1; i <= 100; i++) {
      log.append(
          switch (i) {
            case 20 -> "thread 'other' panicked at x.rs\n";
            case 40 -> "test a_follower_dies ... \u001B[31mFAILED\u001B[0m\n";
            default -> "line " + i + "\n";
          });
    }
    Path file = folder.resolve(Story.log("chainfire-flaredb", 1, 1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, log.toString());
    String page = Page.render(Stories.RED.view(), Logs.in(folder));
    String quoted = group(page, "(?s)<pre class=\"log\"[^>]*>(.*?)</pre>");
    assertThat(quoted)
        .startsWith("line 36\n")
        .contains("test a_follower_dies ... <span class=\"ansi-red\">FAILED</span>\n")
        .contains("line 63\n<span class=\"gap\">⋮</span>\nline 95\n")
        .endsWith("line 100\n");
  }

  @Test
  void tells_when_things_happened_and_forgets_what_a_resumed_run_repeats() {
    Story story =
        Story.begin(Story.Start.PLAIN, Stories.FAILOVER)
            .legStarts("chainfire-flaredb", 1)
            .stepStarts("chainfire-flaredb", 1, 1, "x")
            .add(
                5,
                new Event.ProcessStarting(
                    "p", "chainfire-flaredb", 1, 1, List.of("true"), "/", "l"));
    Timeline cut = View.of(story.entries()).timeline();
    assertThat(cut.step("chainfire-flaredb", 1, 1).orElseThrow().until()).isEmpty();
    assertThat(cut.processes("chainfire-flaredb", 1, 1)).hasSize(1);
    story.add(7, new Event.ProcessEnded("p", "exit code 0", true, 7));
    assertThat(
            View.of(story.entries())
                .timeline()
                .processes("chainfire-flaredb", 1, 1)
                .getFirst()
                .span()
                .until())
        .contains(18L);
    Event.RunStarted now = story.record().started();
    story.add(9, new Event.RunResumed(now, List.of(), List.of()));
    assertThat(View.of(story.entries()).timeline().spans()).isEmpty();
    assertThat(View.of(story.entries()).timeline().processes()).isEmpty();
  }

  @Test
  void tells_what_differs_from_a_green_run_and_is_read_back() throws IOException {
    RunRecord green = Stories.GREEN.view().run();
    View red = Stories.RED.view();
    Since since = Since.of(green, red.run());
    assertThat(since.changes().fits(red.run())).isTrue();
    assertThat(since.changes().fits(green)).isFalse();
    assertThat(since.count("gone")).isEqualTo(4);
    String page = page(red.since(Optional.of(since)));
    assertThat(bare(page)).contains("Passed then, and doesn&#39;t now (4)", "a_follower_dies");
    assertThat(Page.since(page)).contains(since);
    assertThat(Page.since(page(red))).isEmpty();
  }

  @Test
  void keeps_the_first_hundred_changes_and_counts_all() {
    Story story = Story.begin(Story.Start.PLAIN, Stories.FAILOVER);
    RunRecord before = story.record();
    story.legStarts("chainfire-flaredb", 1).stepStarts("chainfire-flaredb", 1, 1, "s");
    for (int i = 0; i < 300; i++) {
      story.passes("chainfire-flaredb", 1, 1, "g", "case " + i);
    }
    story
        .stepEnds("chainfire-flaredb", 1, 1, Outcome.PASSED, "")
        .legEnds("chainfire-flaredb", 1, Outcome.PASSED, "");
    Since since = Since.of(before, story.record());
    assertThat(since.changes().added()).hasSize(100);
    assertThat(since.count("added")).isEqualTo(300);
  }

  @Test
  void has_room_for_ten_thousand_cases_that_all_failed_at_length() throws IOException {
    Story story =
        Story.begin(Story.Start.PLAIN, Stories.FAILOVER)
            .legStarts("chainfire-flaredb", 1)
            .stepStarts("chainfire-flaredb", 1, 1, "s");
    String message = "x".repeat(9_000);
    for (int i = 0; i < 10_000; i++) {
      story.fails("chainfire-flaredb", 1, 1, "g", "case " + i, message);
    }
    String page = page(View.of(story.entries()));
    assertThat(page.length()).isLessThan(20 << 20);
    assertThat(Page.told(page)).hasSizeGreaterThan(10_000);
  }
}
