package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Journal;
import gate.journal.JournalReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConsoleTest {
  @TempDir Path folder;

  private Console live(Outside outside) {
    return Console.live(outside.world, folder, Console.Setting.plain(outside.world));
  }

  @ParameterizedTest
  @EnumSource
  void what_was_printed_live_is_printed_again_from_the_file(Stories story) {
    Path file = folder.resolve("events.jsonl");
    Outside live = Outside.plain();
    try (Journal journal = Journal.create(file, Clock.systemUTC());
        Console console = live(live)) {
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
    try (Console console = live(outside)) {
      Stories.RED.entries().forEach(console);
    }
    assertThat(outside.text().contains("\u001B[31m")).isEqualTo(colours);
    assertThat(outside.text().contains("> chainfire-flaredb  Raft")).isEqualTo(!live);
  }

  @Test
  void what_goes_wrong_after_the_journals_end_turns_the_report_red() {
    Outside outside = Outside.plain();
    try (Console console = live(outside)) {
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
    try (Console console = live(outside)) {
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
    live(outside).close();
    assertThat(outside.text()).isEmpty();
  }

  @Test
  void many_threads_may_talk_at_once() throws InterruptedException {
    Outside outside = Outside.terminal(Map.of());
    Console console = live(outside);
    List<Entry> entries = Stories.GREEN.entries();
    int end = entries.size() - 1;
    entries.subList(0, 2).forEach(console);
    List<Thread> threads =
        IntStream.range(0, 8)
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
