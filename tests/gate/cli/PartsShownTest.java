package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.Secrets;
import gate.base.World;
import gate.engine.EngineFolder;
import gate.engine.FlowLeg;
import gate.engine.News;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Journal;
import gate.journal.Outcome;
import gate.report.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("What an engine's legs do")
class PartsShownTest {
  private static final String TASK = "ab/cdef0123456789abcdef0123456789";

  @TempDir Path run;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private EngineFolder engine;
  private Console console;
  private PartsShown shown;

  private void begin(Map<String, String> env) {
    PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
    World world = new World(env, run, run, Path.of("/"), to, to, false, 100, Clock.systemUTC());
    engine = EngineFolder.of(run);
    console = Console.live(world, run, Console.Setting.plain(world));
    try (Journal head = journal(run)) {
      head.listen(console);
      start(head);
    }
    shown =
        new PartsShown(
            engine,
            run,
            List.of(leg("a"), leg("b")),
            console,
            false,
            Clock.systemUTC(),
            Secrets.of(Map.of("TOKEN", "hunter2-hunter2")));
  }

  @BeforeEach
  void begin() {
    begin(Map.of());
  }

  private static FlowLeg leg(String id) {
    return new FlowLeg(
        id, List.of(), List.of(), 1, Optional.empty(), Duration.ofMinutes(1), List.of(), false);
  }

  private static Journal journal(Path folder) {
    try {
      return Journal.create(
          Files.createDirectories(folder).resolve("events.jsonl"), Clock.systemUTC());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void start(Journal journal) {
    journal.append(
        new Event.RunStarted(
            1,
            "1",
            "20261123T051244Z",
            "scratch",
            "matrix.yaml",
            List.of("./jbang", "matrix.java"),
            "unknown",
            "unknown",
            false,
            false,
            false,
            2,
            2,
            List.of(),
            List.of(),
            List.of(),
            false,
            Map.of(),
            List.of()));
    journal.append(new Event.Planned(List.of(planned("a"), planned("b"))));
  }

  private static Event.PlannedLeg planned(String leg) {
    return new Event.PlannedLeg(
        leg,
        "Leg " + leg,
        List.of(),
        List.of(),
        List.of(),
        "run",
        "",
        false,
        List.of(),
        List.of(new Event.PlannedStep(1, "says", "run", "", false)));
  }

  /** The part of leg {@code a} up to a passed case. */
  private static Journal half(Path part) {
    Journal journal = journal(part);
    start(journal);
    journal.append(new Event.LegStarted("a", 1));
    journal.append(new Event.StepStarted("a", 1, 1, "says", "legs/a/01-says.log"));
    journal.append(
        new Event.CaseFinished("a", 1, 1, "t", "one", Outcome.PASSED, Optional.empty(), "", ""));
    return journal;
  }

  private static void rest(Journal journal, Outcome how) {
    journal.append(
        new Event.StepFinished("a", 1, 1, how, how.bad() ? "why" : "", "", "", false, 5));
    journal.append(new Event.LegFinished("a", 1, how, how.bad() ? "why" : "", 7));
    journal.append(new Event.RunFinished(gate.journal.Verdict.Kind.GREEN, 0, List.of(), 9));
  }

  private void whole(Path part, Outcome how) {
    try (Journal journal = half(part)) {
      rest(journal, how);
    }
  }

  private Path task(String name) {
    return engine.path().resolve("work").resolve(name).resolve("part");
  }

  private void sent(boolean again, String folder) {
    shown.take(new News.Sent("a", folder.substring(0, 9), again));
  }

  /** What the console has shown; it is closed. */
  private List<String> lines() {
    console.counts(List.of());
    console.close();
    return out.toString(StandardCharsets.UTF_8).lines().skip(1).toList();
  }

  @AfterEach
  void close() {
    console.close();
  }

  @Test
  void is_seen_while_it_is_done() throws Exception {
    sent(false, TASK);
    shown.lookAgain();
    try (Journal journal = half(task(TASK))) {
      shown.lookAgain();
      assertThat(
              Outside.await(
                  10, () -> out.toString(StandardCharsets.UTF_8).contains("  > a 1 says\n")))
          .isTrue();
      rest(journal, Outcome.FAILED);
    }
    shown.lookAgain();
    assertThat(lines())
        .containsExactly(
            "> a  sent  engine/work/ab/cdef01…",
            "> a  Leg a",
            "  > a 1 says",
            "  x a 1 says  failed  1 case  5 ms  why",
            "    repeat the leg  ./jbang matrix.java a",
            "x a  failed  7 ms  why");
  }

  @Test
  void begins_anew_on_another_machine() throws Exception {
    sent(false, TASK);
    half(task(TASK)).close();
    shown.take(new News.Broke("a", "was killed", false));
    sent(true, "cd/" + TASK.substring(3));
    whole(task("cd/" + TASK.substring(3)), Outcome.PASSED);
    shown.lookAgain();
    assertThat(lines())
        .containsExactly(
            "> a  sent  engine/work/ab/cdef01…",
            "> a  Leg a",
            "  > a 1 says",
            "! a  its machine failed: it was killed; another tries",
            "> a  sent again  engine/work/cd/cdef01…",
            "> a  Leg a",
            "  > a 1 says",
            "  + a 1 says  passed  1 case  5 ms",
            "+ a  passed  7 ms");
  }

  @Test
  void is_seen_at_its_end_where_its_machine_is_out_of_sight() {
    sent(false, TASK);
    shown.lookAgain();
    whole(engine.part(1), Outcome.PASSED);
    shown.take(new News.Ended("a"));
    shown.lookAgain();
    shown.lookAgain();
    assertThat(lines()).contains("> a  Leg a").endsWith("+ a  passed  7 ms").hasSize(5);
  }

  @Test
  void is_told_once_where_its_part_is_brought_before_all_of_it_was_seen() {
    sent(false, TASK);
    half(task(TASK)).close();
    shown.lookAgain();
    whole(engine.part(1), Outcome.PASSED);
    shown.take(new News.Ended("a"));
    shown.lookAgain();
    assertThat(lines()).containsOnlyOnce("> a  Leg a").endsWith("+ a  passed  7 ms").hasSize(5);
  }

  @Test
  void holds_no_secret_whoever_tells_it() {
    sent(false, TASK);
    try (Journal journal = half(task(TASK))) {
      journal.append(
          new Event.StepFinished(
              "a", 1, 1, Outcome.FAILED, "it says hunter2-hunter2", "", "", false, 5));
    }
    shown.lookAgain();
    shown.take(new News.Broke("a", "said hunter2-hunter2", false));
    assertThat(lines())
        .contains("  x a 1 says  failed  1 case  5 ms  it says [secret TOKEN]")
        .noneMatch(line -> line.contains("hunter2"));
  }

  @Test
  void is_its_end_alone_where_it_came_to_that_in_an_earlier_go() {
    shown.take(new News.Kept("a"));
    whole(engine.part(1), Outcome.FAILED);
    shown.take(new News.Ended("a"));
    shown.lookAgain();
    assertThat(lines()).containsExactly("- a  came to its end before", "x a  failed  7 ms  why");
  }

  @Test
  void ends_where_no_machine_can_do_it() {
    sent(false, TASK);
    shown.take(new News.Broke("a", "was killed", true));
    assertThat(lines())
        .endsWith(
            "! a  its machine failed: it was killed; given up",
            "x a  interrupted  its machine failed: it was killed");
  }

  @Test
  void is_a_group_where_github_keeps_the_lines() {
    console.close();
    out.reset();
    run.resolve("events.jsonl").toFile().delete();
    begin(Map.of("GITHUB_ACTIONS", "true"));
    sent(false, TASK);
    whole(task(TASK), Outcome.FAILED);
    shown.lookAgain();
    assertThat(lines())
        .contains(
            "::error title=a 1 failed::why", "::group::x a  failed  7 ms  why", "::endgroup::");
  }

  @Test
  void is_as_the_merged_journal_tells_what_went_wrong_and_each_of_it_once() {
    sent(false, TASK);
    try (Journal journal = half(task(TASK))) {
      journal.append(new Event.Problem("no room"));
    }
    shown.lookAgain();
    Stream<Event> merged =
        Stream.of(new Event.Problem("a: no room"), new Event.Problem("b is missing"));
    shown.ended(merged.map(it -> new Entry(1, java.time.Instant.EPOCH, 0, it)).toList());
    assertThat(lines()).endsWith("! a: no room", "! b is missing");
  }

  /** What somebody may lay where a part is looked for. */
  private enum Laid {
    GARBAGE {
      @Override
      void lay(Path part) throws IOException {
        Files.writeString(part.resolve("events.jsonl"), "\u001b[2J{\n", StandardOpenOption.APPEND);
      }
    },
    ANOTHER_LEG {
      @Override
      void lay(Path part) throws IOException {
        String line =
            "{\"seq\":6,\"at\":\"2026-11-23T05:12:44Z\",\"ms\":9,\"event\":\"leg-finished\",\"leg\":\"b\",\"attempt\":1,\"outcome\":\"PASSED\",\"reason\":\"\",\"millis\":1}\n";
        Files.writeString(part.resolve("events.jsonl"), line, StandardOpenOption.APPEND);
      }
    },
    SENSELESS_NUMBERS {
      @Override
      void lay(Path part) throws IOException {
        String line =
            "{\"seq\":6,\"at\":\"+1000000000-12-31T23:59:59Z\",\"ms\":-9223372036854775808,\"event\":\"leg-finished\",\"leg\":\"a\",\"attempt\":-7,\"outcome\":\"LEAKED\",\"reason\":\"\\u001b]0;evil\\u0007\\n::error::x\",\"millis\":-9223372036854775808}\n";
        Files.writeString(part.resolve("events.jsonl"), line, StandardOpenOption.APPEND);
      }
    },
    A_JOURNAL_WITHOUT_AN_END {
      @Override
      void lay(Path part) throws IOException {
        try (RandomAccessFile file =
            new RandomAccessFile(part.resolve("events.jsonl").toFile(), "rw")) {
          file.setLength(1L << 40);
        }
      }
    },
    A_PIPE {
      @Override
      void lay(Path part) throws Exception {
        Files.delete(part.resolve("events.jsonl"));
        new ProcessBuilder("mkfifo", part.resolve("events.jsonl").toString()).start().waitFor();
      }
    },
    A_LINK {
      @Override
      void lay(Path part) throws IOException {
        Files.move(part.resolve("events.jsonl"), part.resolve("others"));
        Files.createSymbolicLink(part.resolve("events.jsonl"), part.resolve("others"));
      }
    };

    abstract void lay(Path part) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  @EnabledOnOs(OS.LINUX)
  void harms_nothing_whatever_is_laid_there(Laid laid) throws Exception {
    sent(false, TASK);
    half(task(TASK)).close();
    laid.lay(task(TASK));
    shown.lookAgain();
    shown.lookAgain();
    assertThat(lines())
        .hasSizeLessThan(7)
        .noneMatch(line -> line.matches(".*[\\p{Cntrl}].*") || line.startsWith("::"))
        .noneMatch(line -> line.contains(" b ") && line.contains("passed"));
  }
}
