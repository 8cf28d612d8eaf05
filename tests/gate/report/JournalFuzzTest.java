package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import gate.fuzz.Jazzer;
import gate.journal.Entry;
import gate.journal.Journal;
import gate.journal.JournalFailed;
import gate.journal.JournalReader;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Whatever becomes of a journal")
public final class JournalFuzzTest {
  @TempDir Path temp;

  @Test
  void it_is_read_as_far_as_it_is_whole_or_refused_and_never_says_better()
      throws IOException, InterruptedException {
    List<byte[]> seeds = new ArrayList<>(Written.JOURNALS);
    seeds.add(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    Jazzer.fuzz(JournalFuzzTest.class, seeds, temp);
  }

  /** A byte within a text can't be told from another; a line can, by its number. */
  public static void fuzzerTestOneInput(FuzzedDataProvider data) throws IOException {
    byte[] journal = data.pickValue(Written.JOURNALS);
    Optional<Verdict.Kind> before = verdict(journal);
    Optional<Verdict.Kind> after = verdict(moved(journal, data));
    assertThat(after)
        .as("lines left out, doubled or moved")
        .satisfiesAnyOf(
            it -> assertThat(it).isEmpty(),
            it -> assertThat(it).isEqualTo(before),
            it -> assertThat(it).contains(Verdict.Kind.INTERRUPTED));
    verdict(data.consumeRemainingAsBytes());
  }

  /** A journal for each story. */
  private static final class Written {
    private static final List<byte[]> JOURNALS =
        Stream.of(Stories.values()).map(JournalFuzzTest::written).toList();
  }

  private static byte[] written(Stories story) {
    try {
      Path folder = Files.createTempDirectory("journal-");
      Path file = folder.resolve("events.jsonl");
      try (Journal journal = Journal.create(file, Clock.systemUTC())) {
        story.entries().stream().map(Entry::event).forEach(journal::append);
      }
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      Files.delete(folder);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] moved(byte[] journal, FuzzedDataProvider data) {
    List<String> lines =
        new ArrayList<>(new String(journal, StandardCharsets.UTF_8).lines().toList());
    int one = data.consumeInt(0, lines.size() - 1);
    switch (data.consumeInt(0, 3)) {
      case 0 -> lines.remove(one);
      case 1 -> lines.add(one, lines.get(data.consumeInt(0, lines.size() - 1)));
      case 2 -> Collections.swap(lines, one, data.consumeInt(0, lines.size() - 1));
      default -> lines.subList(one, lines.size()).clear();
    }
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<Verdict.Kind> verdict(byte[] journal) throws IOException {
    Path file = Path.of(System.getProperty(Jazzer.FOLDER)).resolve("events.jsonl");
    Files.write(file, journal);
    try {
      return Optional.of(Judge.replayed(RunRecord.of(JournalReader.read(file))).kind());
    } catch (JournalFailed | IllegalArgumentException refused) {
      return Optional.empty();
    }
  }
}
