package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.PlannedLeg;
import gate.journal.Outcome;
import gate.journal.Usual;
import gate.report.Story.Start;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("On a terminal")
class LiveDisplayTest {
  @TempDir Path folder;
  private final Outside outside = Outside.terminal(Map.of());
  private final FakeTty tty = new FakeTty();
  private final AtomicInteger quits = new AtomicInteger();
  private Usual usual = Usual.UNKNOWN;

  private LiveDisplay display(Style style) {
    return new LiveDisplay(
        outside.world.out(), style, folder, tty, () -> usual, quits::incrementAndGet);
  }

  private static void feed(Display display, List<Entry> entries) {
    entries.forEach(entry -> display.take(entry, 0));
  }

  private List<String> screen() {
    return List.of(new Terminal(tty.columns).feed(outside.text()).text().split("\n"));
  }

  private String last(int lines) {
    List<String> all = screen();
    return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
  }

  @ParameterizedTest
  @EnumSource
  void stands_in_the_end_what_a_file_would_hold_and_nothing_that_was_live(Stories story) {
    Display display = display(Style.COLOURED);
    long now = 0;
    for (Entry entry : story.entries()) {
      display.take(entry, now += 500);
      display.tick(now += 500);
    }
    display.end(Closing.render(View.of(story.entries()), folder, Style.COLOURED));
    assertThat(outside.text().contains("… 0 of ")).isEqualTo(story != Stories.DRY);
    Terminal narrow = new Terminal(60).feed(outside.text());
    assertThat(narrow.plain()).isTrue();
    assertThat(narrow.atEnd()).isTrue();
    assertThat(narrow.text()).doesNotContain("… ");
    Terminal terminal = new Terminal(1_000).feed(outside.text());
    Outside plain = Outside.plain();
    Console.replay(plain.world, folder, story.entries());
    Terminal expected = new Terminal(1_000);
    expected.feed(
        plain
            .text()
            .lines()
            .filter(line -> !line.matches(" *> .*"))
            .map(line -> line + "\n")
            .reduce("", String::concat));
    assertThat(words(terminal)).isEqualTo(words(expected));
    assertThat(tty.taken).isFalse();
  }

  private static List<String> words(Terminal terminal) {
    return List.of(terminal.text().strip().split("\\s+"));
  }

  private static PlannedLeg leg(String name, List<String> needs, List<String> locks) {
    return new PlannedLeg(
        name,
        "Title",
        List.of(),
        needs,
        List.of(),
        "run",
        "",
        false,
        List.of(),
        List.of(Story.step(1, "a step 漢字 ".repeat(20)), Story.step(2, "short")),
        locks);
  }

  private static Story three() {
    return Story.begin(
            Start.PLAIN,
            leg("one", List.of(), List.of("port")),
            leg("two", List.of(), List.of()),
            leg("three", List.of("two"), List.of("port")))
        .legStarts("one", 1)
        .stepStarts("one", 1, 1, "a step 漢字 ".repeat(20))
        .legStarts("two", 1)
        .stepStarts("two", 1, 2, "short");
  }

  @Test
  void stands_a_line_for_each_leg_and_none_wraps() {
    Display display = display(Style.PLAIN);
    feed(display, three().passes("two", 1, 2, "g", "c").entries());
    display.tick(83_000);
    assertThat(screen().getFirst()).startsWith("integration-matrix 20261123T051244Z · 3 legs");
    assertThat(last(4).split("\n"))
        .satisfiesExactly(
            one -> assertThat(one).startsWith("> one    1 m 23 s  1/2 a step 漢字").endsWith("…"),
            two -> assertThat(two).isEqualTo("> two    1 m 23 s  2/2 short"),
            three -> assertThat(three).isEqualTo(". three  needs two; one holds the lock port"),
            all ->
                assertThat(all)
                    .startsWith("… 0 of 3 legs ended · 1 m 23 s · l log  d why it w")
                    .endsWith("…"));
  }

  @Test
  void stands_a_failure_above_at_once_with_what_repeats_it() {
    Display display = display(Style.PLAIN);
    Story story = three();
    feed(display, story.entries());
    display.tick(1_000);
    int so = story.entries().size();
    story.fails("two", 1, 2, "group", "case", "it broke\nleft: 1");
    feed(display, story.entries().subList(so, story.entries().size()));
    display.tick(2_000);
    assertThat(String.join("\n", screen()))
        .contains("x two 2 case group case  failed: it broke", "| left: 1")
        .contains("repeat the leg  ./jbang matrix.java two");
    story.stepEnds("two", 1, 2, Outcome.FAILED, "no").legEnds("two", 1, Outcome.FAILED, "no");
    feed(display, story.entries().subList(so + 1, story.entries().size()));
    display.tick(3_000);
    assertThat(last(3)).contains("x two    ", "failed, 1 case (1 not well)", "1 not well");
  }

  @Test
  void stands_how_long_is_usual_and_what_is_slow() {
    usual = new Usual(Map.of("one", 100_000L, "two", 10_000L, "three", 30_000L), Map.of());
    Display display = display(Style.PLAIN);
    feed(display, three().entries());
    display.tick(40_000);
    assertThat(last(4))
        .contains("> one    40 s/~1 m 40 s", "> two    40 s/~10 s slow", "about 1 m 29 s left");
  }

  @Test
  void stand_those_that_run_and_failed_where_there_is_no_room_for_all() {
    tty.rows = 12;
    PlannedLeg[] legs = new PlannedLeg[20];
    for (int i = 0; i < legs.length; i++) {
      legs[i] = leg("leg" + i, List.of(), List.of());
    }
    Story story = Story.begin(Start.PLAIN, legs);
    for (int i = 0; i < 10; i++) {
      story.legStarts("leg" + i, 1);
      story.legEnds("leg" + i, 1, i == 4 ? Outcome.FAILED : Outcome.PASSED, "");
    }
    story.legStarts("leg15", 1).legStarts("leg16", 1);
    Display display = display(Style.PLAIN);
    feed(display, story.entries());
    display.tick(1_000);
    assertThat(last(6).split("\n"))
        .satisfiesExactly(
            failed -> assertThat(failed).startsWith("x leg4 "),
            waits -> assertThat(waits).startsWith(". leg10 "),
            runs -> assertThat(runs).startsWith("> leg15 "),
            runs -> assertThat(runs).startsWith("> leg16 "),
            others -> assertThat(others).isEqualTo("  and 9 passed, 7 waiting"),
            all -> assertThat(all).startsWith("… 10 of 20 legs ended, 1 not well"));
  }

  @Test
  void l_follows_a_log_and_chooses_among_several() throws Exception {
    Story story = three();
    for (String leg : List.of("one", "two")) {
      Path log = folder.resolve(Story.log(leg, 1, leg.equals("one") ? 1 : 2));
      Files.createDirectories(log.getParent());
      Files.writeString(log, "says " + leg + "\n\u001B[31;44m\u001B]0;title\u0007red\u001B[2J\n");
    }
    Display display = display(Style.PLAIN);
    feed(display, story.entries());
    tty.type("l");
    display.tick(1_000);
    assertThat(last(5))
        .contains("1 one  2 two", "log  legs/one/1/step-1.log", "| says one", "| red");
    tty.type("2");
    display.tick(1_100);
    assertThat(last(5)).contains("| says two");
    Files.writeString(folder.resolve(Story.log("two", 1, 2)), "and on\n");
    display.tick(1_300);
    assertThat(last(5)).contains("| and on");
    tty.type("n");
    display.tick(1_400);
    assertThat(last(5)).contains("| says one");
    tty.type("\u001B");
    display.tick(1_500);
    assertThat(last(4)).contains("> one ").doesNotContain("| ");
  }

  @Test
  void d_tells_why_something_waits_and_what_the_others_are_at() {
    Display display = display(Style.PLAIN);
    Story story = three();
    story.add(1, new Event.Action("one", 1, 1, "cargo test --locked"));
    feed(display, story.entries());
    tty.type("d");
    display.tick(5_000);
    assertThat(last(5))
        .contains("why it waits", "> one  since 5 s  cargo test --locked")
        .contains(". three  needs two; one holds the lock port");
    tty.type("d");
    display.tick(5_100);
    assertThat(last(4)).doesNotContain("why it waits\n");
  }

  @Test
  void q_stops_the_run_once_and_what_is_pasted_never_does() {
    Display display = display(Style.PLAIN);
    feed(display, three().entries());
    tty.type("quit this");
    display.tick(100);
    assertThat(quits).hasValue(0);
    tty.type("?");
    display.tick(200);
    assertThat(last(6)).contains("stop in order");
    tty.type("x");
    display.tick(300);
    tty.type("q").type("q");
    display.tick(400);
    display.tick(500);
    assertThat(quits).hasValue(1);
    assertThat(last(1)).contains("stopping");
  }

  @Test
  void are_at_most_ten_frames_a_second_and_one_write_each() {
    Display display = display(Style.COLOURED);
    List<Entry> entries = Stories.INTERRUPTED.entries();
    for (int i = 0; i < 1_000; i++) {
      if (i < 4) {
        display.take(entries.get(i), i);
      }
      display.tick(i);
    }
    assertThat(outside.text().split("\u001B\\[\\?2026h", -1)).hasSizeLessThanOrEqualTo(11);
  }

  @Test
  void is_nothing_left_of_a_wider_frame_when_the_terminal_becomes_narrow() {
    Display display = display(Style.PLAIN);
    feed(display, three().entries());
    tty.columns = 100;
    display.tick(1_000);
    String wide = outside.text();
    tty.columns = 40;
    display.tick(2_000);
    display.end("");
    // what a terminal makes of the wide frame that it wraps, and of what comes then
    Terminal wrapped = new Terminal(40).feed(wide).feed(outside.text().substring(wide.length()));
    assertThat(wrapped.text()).doesNotContain("> one", "… 0 of");
    assertThat(wrapped.text().strip().split("\n")).hasSizeLessThan(12);
  }
}
