package gate.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gate.base.Secrets;
import gate.base.ThisCheckout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A journal")
class JournalTest {
  private static final Event.RunStarted START =
      new Event.RunStarted(
          Format.VERSION,
          "0",
          "run",
          "name",
          "matrix.yaml",
          List.of("matrix", "ä\u0000\n"),
          "c",
          "t",
          true,
          false,
          true,
          4,
          5,
          List.of("x"),
          List.of(new Event.ToggleValue("A", "1", "environment")),
          List.of(
              new Event.HostFact("kvm", "missing", "absent", "p", "f", Map.of("nested", "off"))),
          false,
          Map.of("RUSTFLAGS", "-C opt-level=3"),
          List.of("LD_PRELOAD"));

  private static final List<Event> ALL =
      List.of(
          START,
          new Event.Planned(
              List.of(
                  new Event.PlannedLeg(
                      "l",
                      "t",
                      List.of("a"),
                      List.of("b"),
                      List.of("c"),
                      "run",
                      "",
                      false,
                      List.of("flaky"),
                      List.of(new Event.PlannedStep(1, "s", "run", "", true))))),
          new Event.InputsRead(
              "d",
              Map.of("l", "s"),
              List.of(new Event.Source("/", "c", "t", true, List.of("f"))),
              Map.of("w", ""),
              Map.of("/config.toml", "s"),
              List.of("u")),
          new Event.StrayBuilt("/dep", "s"),
          new Event.InputsChanged(List.of("f")),
          new Event.RunResumed(START, List.of("w"), List.of(new Event.Kept("l", 2))),
          new Event.PartTaken("shard", 2, 5, List.of(3, 4), 9, List.of("n"), "p", "s"),
          new Event.PartMerged(
              new Event.PartTaken("leg", 1, 1, List.of(1), 1, List.of(), "p", "s"),
              START,
              List.of(new Event.Source("/", "c", "t", false)),
              "j",
              "2026-11-23T05:12:44Z",
              Verdict.Kind.GREEN,
              3),
          new Event.LegStarted("l", 1),
          new Event.ServiceReady("l", 1, "s", "named", List.of("u"), "v", "c", ""),
          new Event.StepStarted("l", 1, 1, "s", "log"),
          new Event.Action("l", 1, 1, "echo"),
          new Event.ProcessStarting("p", "l", 1, 1, List.of("echo"), "/", "log"),
          new Event.GateStarted(7, 1_795_000_000_000L, "900000000000000001"),
          new Event.ProcessStarted("p", 7),
          new Event.ProcessEnded("p", "exit code 0", true, 3),
          new Event.BuildFinished("b", "cargo", true, "log", 3),
          new Event.CaseFinished(
              "l", 1, 1, "g", "n", Outcome.PASSED, Optional.of(5L), "", "\ud800 lone"),
          new Event.CaseFinished("l", 1, 1, "g", "m", Outcome.FAILED, Optional.empty(), "m", "o"),
          new Event.StepFinished("l", 1, 1, Outcome.TIMED_OUT, "r", "again", "d", true, 9),
          new Event.BinaryTested("l", 1, 0, "target/debug/s", 3, "00"),
          new Event.ServersUsed(
              "l", 1, 1, List.of(new Event.ServerUsed("s", "own", "", "v", "c", 3))),
          new Event.MachinesUsed(
              "l", 1, 1, List.of(new Event.MachineUsed("m", "u", 7, "tcg", "not asked"))),
          new Event.Unproven("l", 1, 1, "w"),
          new Event.Left("l", 1, 1, List.of("7 (p)")),
          new Event.ArtifactKept("l", 1, 1, "a", "/a", 3, "00", "artifacts/l/01-1-a"),
          new Event.ServiceStopped("l", 1, "s"),
          new Event.LegFinished("l", 1, Outcome.TIMED_OUT, "r", 9),
          new Event.Problem("p"),
          new Event.StopRequested("w"),
          new Event.DryAction("l", 1, "echo"),
          new Event.RunFinished(Verdict.Kind.RED, 1, List.of("r"), 10));

  @TempDir Path temp;

  private Path written(List<Event> events) {
    Path file = temp.resolve("events.jsonl");
    try (Journal journal = Journal.create(file, Clock.systemUTC())) {
      events.forEach(journal::append);
    }
    return file;
  }

  @Test
  void tells_its_next_entry_before_it_is_written_and_takes_no_other_in_its_place() {
    Path file = temp.resolve("events.jsonl");
    Entry next;
    try (Journal journal =
        Journal.create(file, Clock.systemUTC(), Secrets.of(Map.of("TOKEN", "hush-hush-1")))) {
      journal.append(START);
      next = journal.next(new Event.Problem("it said hush-hush-1"));
      assertThat(JournalReader.read(file)).hasSize(1);
      journal.append(next);
      Entry late = journal.next(new Event.Problem("late"));
      journal.append(new Event.Problem("between"));
      assertThatThrownBy(() -> journal.append(late)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> journal.append(next)).isInstanceOf(IllegalStateException.class);
    }
    List<Entry> read = JournalReader.read(file);
    assertThat(read).hasSize(3);
    assertThat(read.get(1)).isEqualTo(next);
    assertThat(((Event.Problem) next.event()).text()).doesNotContain("hush-hush-1");
  }

  @Test
  void tells_what_a_run_came_to_without_its_actions_processes_and_starts_of_steps() {
    List<Event> told = JournalReader.outcomes(written(ALL)).stream().map(Entry::event).toList();
    assertThat(told)
        .isEqualTo(
            JournalReader.read(temp.resolve("events.jsonl")).stream()
                .map(Entry::event)
                .filter(it ->
                    !(it instanceof Event.Action
                        || it instanceof Event.StepStarted
                        || it instanceof Event.ProcessStarting
                        || it instanceof Event.ProcessStarted
                        || it instanceof Event.ProcessEnded))
                .toList())
        .hasSize(ALL.size() - 5);
  }

  @Test
  void of_every_kind_of_event_reads_back_as_it_was_written() {
    assertThat(ALL.stream().map(Event::getClass).distinct())
        .as("every kind")
        .hasSize(Event.class.getPermittedSubclasses().length);
    List<Entry> entries = JournalReader.read(written(ALL));
    for (int i = 0; i < ALL.size(); i++) {
      if (!(ALL.get(i) instanceof Event.CaseFinished test && test.name().equals("n"))) {
        assertThat(entries.get(i).event()).isEqualTo(ALL.get(i));
      }
      assertThat(entries.get(i).seq()).isEqualTo(i + 1);
    }
  }

  @Test
  void of_a_gate_that_told_less_is_read_as_one_that_had_nothing_to_tell() throws IOException {
    Path file = written(ALL);
    String text = Files.readString(file);
    String older =
        text.replace(
            ",\"environment\":{\"RUSTFLAGS\":\"-C opt-level=3\"},\"dropped\":[\"LD_PRELOAD\"]", "");
    String yetOlder =
        older
            .replace(",\"differing\":[\"f\"]", "")
            .replace(",\"settings\":{\"/config.toml\":\"s\"},\"unbound\":[\"u\"]", "");
    assertThat(older).isNotEqualTo(text);
    assertThat(yetOlder).isNotEqualTo(older).doesNotContain("unbound", "\"f\"],\"w");
    Files.writeString(file, yetOlder);
    List<Entry> read = JournalReader.read(file);
    Event.RunStarted start = (Event.RunStarted) read.getFirst().event();
    assertThat(start.environment()).isEmpty();
    assertThat(start.dropped()).isEmpty();
    Event.InputsRead inputs =
        read.stream()
            .map(Entry::event)
            .filter(Event.InputsRead.class::isInstance)
            .map(Event.InputsRead.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(inputs.settings()).isEmpty();
    assertThat(inputs.unbound()).isEmpty();
    assertThat(inputs.sources().getFirst().differing()).isEmpty();
  }

  @Test
  void is_in_its_file_before_a_listener_hears_of_it_and_in_one_order() throws Exception {
    Path file = temp.resolve("events.jsonl");
    List<Long> heard = new ArrayList<>();
    try (Journal journal = Journal.create(file, Clock.systemUTC())) {
      journal.listen(entry -> {
        heard.add(entry.seq());
        try {
          assertThat(Files.readAllLines(file)).hasSize((int) entry.seq());
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      journal.append(START);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int n = 0; n < 50; n++) {
                    journal.append(new Event.Problem("p"));
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(heard).hasSize(201).isSorted();
    assertThat(JournalReader.read(file)).hasSize(201);
  }

  @Test
  void outlives_the_interrupt_of_a_thread_that_writes_to_it() throws Exception {
    Path file = temp.resolve("events.jsonl");
    try (Journal journal = Journal.create(file, Clock.systemUTC())) {
      journal.append(START);
      Thread.currentThread().interrupt();
      journal.append(new Event.Problem("one"));
      assertThat(Thread.interrupted()).isTrue();
      journal.append(new Event.Problem("two"));
    }
    assertThat(JournalReader.read(file)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {65_000, 65_535, 65_536, 200_000, 1_000_000})
  void has_lines_of_any_length(int length) {
    List<Event> events =
        List.of(
            START,
            new Event.Problem("ä".repeat(length)),
            new Event.Problem("x".repeat(length)),
            new Event.Problem(""));
    try (Journal journal = Journal.create(temp.resolve("long.jsonl"), Clock.systemUTC())) {
      events.forEach(journal::append);
    }
    assertThat(JournalReader.read(temp.resolve("long.jsonl")))
        .extracting(Entry::event)
        .isEqualTo(events);
  }

  @Test
  void is_never_written_over() {
    Path file = written(List.of(START));
    assertThatThrownBy(() -> Journal.create(file, Clock.systemUTC()))
        .isInstanceOf(JournalFailed.class)
        .hasMessageContaining("it is there already");
  }

  @Test
  void that_is_cut_off_at_any_byte_is_read_up_to_there_and_goes_on() throws IOException {
    Path file = written(ALL);
    byte[] bytes = Files.readAllBytes(file);
    List<Entry> whole = JournalReader.read(file);
    int lines = 0;
    for (int length = 1; length <= bytes.length; length++) {
      lines += bytes[length - 1] == '\n' ? 1 : 0;
      Files.write(file, java.util.Arrays.copyOf(bytes, length));
      if (lines == 0) {
        assertThatThrownBy(() -> JournalReader.read(file)).hasMessageContaining("is empty");
        continue;
      }
      List<Entry> read = JournalReader.read(file);
      assertThat(read).isEqualTo(whole.subList(0, lines));
      try (Journal journal = Journal.resume(file, read, Clock.systemUTC(), Secrets.NONE)) {
        journal.append(new Event.Problem("later"));
      }
      List<Entry> more = JournalReader.read(file);
      assertThat(more).hasSize(lines + 1);
      assertThat(more.getLast().event()).isEqualTo(new Event.Problem("later"));
      assertThat(more.getLast().millis()).isGreaterThanOrEqualTo(read.getLast().millis());
    }
  }

  @Test
  void takes_nothing_behind_its_end() {
    Path file = temp.resolve("events.jsonl");
    try (Journal journal = Journal.create(file, Clock.systemUTC())) {
      journal.append(START);
      journal.append(ALL.getLast());
      assertThatThrownBy(() -> journal.append(new Event.Problem("p")))
          .hasMessageContaining("the run has ended");
    }
    List<Entry> entries = new ArrayList<>(JournalReader.read(file));
    entries.add(new Entry(3, java.time.Instant.EPOCH, 20, new Event.Problem("p")));
    assertThatThrownBy(() -> RunRecord.of(entries))
        .hasMessageContaining("entry 3 stands behind the run's end");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "a line that is no JSON|3|nonsense|:3: not an entry as the gate writes it",
        "a line that is missing|2||:2: entry 3 stands where 2 belongs",
        "an unknown"
            + " event|2|{\"seq\":2,\"at\":\"1970-01-01T00:00:00Z\",\"ms\":1,\"event\":\"party\"}|unknown"
            + " event `party`",
        "a field that is missing"
            + "|2|{\"seq\":2,\"at\":\"1970-01-01T00:00:00Z\",\"ms\":1,\"event\":\"leg-finished\",\"leg\":\"l\",\"attempt\":1,\"millis\":3,\"reason\":\"\"}|`outcome`"
            + " is missing",
        "a second"
            + " start|2|{\"seq\":2,\"at\":\"1970-01-01T00:00:00Z\",\"ms\":1,\"event\":\"run-started\"}|stands"
            + " first and only there"
      })
  void is_refused_for(String what, int line, String text, String sentence) throws IOException {
    Path file = written(ALL);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.remove(line - 1);
    if (text != null) {
      lines.add(line - 1, text);
    }
    Files.writeString(file, String.join("\n", lines) + "\n", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> JournalReader.read(file))
        .isInstanceOf(JournalFailed.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void of_an_older_gate_is_read_and_judged_as_it_was() {
    Path older = ThisCheckout.root().resolve("tests/gate/journal/older/of-the-first-format.jsonl");
    RunRecord run = RunRecord.of(JournalReader.read(older));
    assertThat(Judge.replayed(run).kind()).isEqualTo(Verdict.Kind.GREEN);
    assertThat(run.legs()).isNotEmpty();
  }

  @Test
  void of_a_newer_format_is_refused_by_name() throws IOException {
    Path file = written(ALL);
    Files.writeString(file, Files.readString(file).replace("\"format\":1", "\"format\":2"));
    assertThatThrownBy(() -> JournalReader.read(file))
        .hasMessageContaining("has format 2; this gate reads up to 1");
  }
}
