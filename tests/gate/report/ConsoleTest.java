package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.World;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Journal;
import gate.journal.JournalReader;
import gate.journal.Outcome;
import gate.report.Story.Start;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConsoleTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void what_was_printed_live_is_printed_again_from_the_file(Stories story) {
    Path file = folder.resolve("events.jsonl");
    Outside live = Outside.plain();
    try (Journal journal = Journal.create(file, Clock.systemUTC());
        Console console = Console.live(live.world, folder, List.of())) {
      journal.listen(console);
      story.entries().forEach(entry -> journal.append(entry.event()));
    }
    Outside replayed = Outside.plain();
    Console.replay(replayed.world, folder, JournalReader.read(file));
    assertThat(live.text()).isEqualTo(replayed.text()).contains("everything is in");
    Outside report = Outside.plain();
    Console.report(report.world, folder, JournalReader.read(file));
    assertThat(live.text()).endsWith(report.text());
  }

  @ParameterizedTest
  @EnumSource
  void a_terminal_shows_in_the_end_what_a_file_would_and_nothing_that_was_live(Stories story) {
    Outside outside = Outside.terminal(Map.of());
    AtomicLong now = new AtomicLong();
    try (Console console = new Console(outside.world, folder, true, now::get)) {
      for (Entry entry : story.entries()) {
        now.addAndGet(500);
        console.accept(entry);
        now.addAndGet(500);
        console.draw();
      }
    }
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
  }

  private static List<String> words(Terminal terminal) {
    return List.of(terminal.text().strip().split("\\s+"));
  }

  @Test
  void a_terminal_shows_what_goes_on_in_lines_that_never_wrap() {
    Outside outside = Outside.terminal(Map.of("NO_COLOR", "1"));
    AtomicLong now = new AtomicLong();
    Story story =
        Story.begin(
            Start.PLAIN,
            Story.leg("one", "One", "run", "", Story.step(1, "a step 漢字 ".repeat(20))),
            Story.leg("two", "Two", "run", "", Story.step(1, "short")));
    story.legStarts("one", 1).stepStarts("one", 1, 1, "a step 漢字 ".repeat(20));
    story.legStarts("two", 1).stepStarts("two", 1, 1, "short");
    Console console = new Console(outside.world, folder, true, now::get);
    story.entries().forEach(console);
    now.set(83_000);
    console.draw();
    String[] shown = new Terminal(60).feed(outside.text()).text().split("\n");
    assertThat(shown[0]).startsWith("integration-matrix 20261123T051244Z · 2 legs");
    assertThat(List.of(shown).subList(shown.length - 3, shown.length))
        .satisfiesExactly(
            one -> assertThat(one).startsWith("  one  1 m 23 s  1/1 a step 漢字").endsWith("…"),
            two -> assertThat(two).isEqualTo("  two  1 m 23 s  1/1 short"),
            all -> assertThat(all).isEqualTo("… 0 of 2 legs ended · 1 m 23 s"));
    story.stepEnds("two", 1, 1, Outcome.FAILED, "no");
    story.legEnds("two", 1, Outcome.FAILED, "no");
    now.set(84_000);
    story.entries().subList(6, story.entries().size()).forEach(console);
    now.set(85_000);
    console.draw();
    assertThat(new Terminal(60).feed(outside.text()).text())
        .contains("x two  failed")
        .endsWith("… 1 of 2 legs ended, 1 not well · 1 m 25 s");
    console.close();
    console.close();
    console.accept(story.entries().getLast());
    String end = new Terminal(60).feed(outside.text()).text();
    assertThat(end).doesNotContain("legs ended").containsOnlyOnce("INTERRUPTED  legs");
  }

  @Test
  void a_terminal_is_drawn_to_ten_times_a_second_at_most() {
    Outside outside = Outside.terminal(Map.of());
    AtomicLong now = new AtomicLong();
    Console console = new Console(outside.world, folder, true, now::get);
    List<Entry> entries = Stories.INTERRUPTED.entries();
    for (int i = 0; i < 1_000; i++) {
      now.incrementAndGet();
      console.accept(entries.get(Math.min(i, 3)));
    }
    assertThat(outside.text().split("\u001B\\[J", -1)).hasSizeLessThanOrEqualTo(11);
    console.close();
  }

  @ParameterizedTest
  @CsvSource({
    "false, '',       false, false",
    "true,  '',       true,  true",
    "true,  NO_COLOR, false, true",
    "true,  CI,       false, false",
  })
  void colours_and_live_lines_are_for_terminals(
      boolean terminal, String set, boolean colours, boolean live) {
    Outside outside =
        terminal
            ? Outside.terminal(set.isEmpty() ? Map.of() : Map.of(set, "true"))
            : Outside.plain();
    try (Console console = Console.live(outside.world, folder, List.of())) {
      Stories.RED.entries().forEach(console);
    }
    assertThat(outside.text().contains("\u001B[31m")).isEqualTo(colours);
    assertThat(outside.text().contains("> chainfire-flaredb  Raft")).isEqualTo(!live);
  }

  @Test
  void what_goes_wrong_after_the_journals_end_turns_the_report_red() {
    Outside outside = Outside.plain();
    try (Console console = Console.live(outside.world, folder, List.of())) {
      Stories.GREEN.entries().forEach(console);
      console.problem("cannot write junit.xml: no space left on device");
    }
    assertThat(outside.text())
        .doesNotContain("GREEN")
        .containsPattern("(?m)^RED  legs: 2 passed")
        .contains("  - cannot write junit.xml: no space left on device\n");
  }

  @Test
  void a_journal_that_contradicts_itself_is_red() {
    Outside outside = Outside.plain();
    try (Console console = Console.live(outside.world, folder, List.of())) {
      Stories.GREEN.entries().subList(0, 3).forEach(console);
      console.accept(new Entry(4, Clock.systemUTC().instant(), 4, new Event.LegStarted("x", 1)));
    }
    assertThat(outside.text())
        .doesNotContain("GREEN")
        .contains("RED  the journal can't be judged\n  - leg `x` isn't in the journal's plan\n");
  }

  @Test
  void a_run_that_nobody_heard_of_prints_nothing() {
    Outside outside = Outside.plain();
    Console.live(outside.world, folder, List.of()).close();
    assertThat(outside.text()).isEmpty();
  }

  @Test
  void many_threads_may_talk_at_once() throws InterruptedException {
    Outside outside = Outside.terminal(Map.of());
    World world = outside.world;
    Console console = Console.live(world, folder, List.of());
    List<Entry> entries = Stories.GREEN.entries();
    int end = entries.size() - 1;
    entries.subList(0, 2).forEach(console);
    List<Thread> threads =
        java.util.stream.IntStream.range(0, 8)
            .mapToObj(i -> Thread.ofVirtual().start(() -> entries.subList(2, end).forEach(console)))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    console.accept(entries.get(end));
    console.close();
    assertThat(new Terminal(60).feed(outside.text()).text()).contains("everything is in");
  }
}
