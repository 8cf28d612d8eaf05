package gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What is usual")
class UsualReaderTest {
  @TempDir Path folder;

  private Path journal(String name, Outcome outcome, long step, long leg) {
    Path file = folder.resolve(name);
    try (Journal journal = Journal.create(file, Clock.systemUTC())) {
      journal.append(new Event.LegStarted("one", 1));
      journal.append(new Event.StepStarted("one", 1, 1, "a step", "log"));
      journal.append(
          new Event.CaseFinished(
              "one", 1, 1, "g", "c", outcome, java.util.Optional.empty(), "", "x".repeat(99_999)));
      journal.append(new Event.StepFinished("one", 1, 1, outcome, "", "", "", false, step));
      journal.append(new Event.LegFinished("one", 1, outcome, "", leg));
    }
    return file;
  }

  @Test
  void is_the_median_of_what_passed() {
    List<Path> journals =
        List.of(
            journal("a", Outcome.PASSED, 100, 1_000),
            journal("b", Outcome.PASSED, 300, 3_000),
            journal("c", Outcome.FAILED, 1, 1),
            journal("d", Outcome.PASSED, 200, 2_000));
    Usual usual = UsualReader.usual(journals);
    assertThat(usual.leg("one")).hasValue(2_000);
    assertThat(usual.step("one", "a step")).hasValue(200);
    assertThat(usual.step("one", "another")).isEmpty();
    assertThat(usual.leg("two")).isEmpty();
  }

  @Test
  void is_told_by_the_latest_ten_journals_only() {
    List<Path> journals = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      journals.add(journal("new" + i, Outcome.PASSED, 10, 10));
    }
    for (int i = 0; i < 30; i++) {
      journals.add(journal("old" + i, Outcome.PASSED, 99, 99));
    }
    assertThat(UsualReader.usual(journals).leg("one")).hasValue(10);
  }

  @Test
  void is_nothing_by_what_is_no_journal() throws Exception {
    Path odd = folder.resolve("odd");
    Files.write(
        odd,
        ("\0\n{}\n{\"seq\":1,\"event\":\"leg-finished\"}\n{\"event\":\"leg-finished\",\"at\":0\n"
                + "x".repeat(300_000))
            .getBytes(StandardCharsets.UTF_8));
    assertThat(UsualReader.usual(List.of(odd, folder, folder.resolve("gone"))).legs()).isEmpty();
  }
}
