package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.Fuzzing;
import gate.journal.Entry;
import gate.journal.Journal;
import gate.journal.JournalFailed;
import gate.journal.JournalReader;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Whatever becomes of a journal")
final class JournalFuzzTest {
  @TempDir Path temp;

  /** A byte within a text can't be told from another; a line can, by its number. */
  @Test
  void it_is_read_as_far_as_it_is_whole_or_refused_and_never_says_better() throws IOException {
    List<byte[]> journals = new ArrayList<>();
    for (Stories story : Stories.values()) {
      journals.add(written(story));
    }
    Fuzzing.run(random -> {
      byte[] journal = journals.get(random.nextInt(journals.size()));
      verdict(Fuzzing.mutated(journal, random));
      Optional<Verdict.Kind> before = verdict(journal);
      Optional<Verdict.Kind> after = verdict(moved(journal, random));
      assertThat(after)
          .as("lines left out, doubled or moved")
          .satisfiesAnyOf(
              it -> assertThat(it).isEmpty(),
              it -> assertThat(it).isEqualTo(before),
              it -> assertThat(it).contains(Verdict.Kind.INTERRUPTED));
    });
  }

  private byte[] written(Stories story) throws IOException {
    Path file = temp.resolve(story.name());
    try (Journal journal = Journal.create(file, Clock.systemUTC())) {
      story.entries().stream().map(Entry::event).forEach(journal::append);
    }
    return Files.readAllBytes(file);
  }

  private static byte[] moved(byte[] journal, Random random) {
    List<String> lines =
        new ArrayList<>(new String(journal, StandardCharsets.UTF_8).lines().toList());
    int one = random.nextInt(lines.size());
    switch (random.nextInt(4)) {
      case 0 -> lines.remove(one);
      case 1 -> lines.add(one, lines.get(random.nextInt(lines.size())));
      case 2 -> Collections.swap(lines, one, random.nextInt(lines.size()));
      default -> lines.subList(one, lines.size()).clear();
    }
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private Optional<Verdict.Kind> verdict(byte[] journal) throws IOException {
    Path file = temp.resolve("events.jsonl");
    Files.write(file, journal);
    try {
      return Optional.of(Judge.replayed(RunRecord.of(JournalReader.read(file))).kind());
    } catch (JournalFailed | IllegalArgumentException refused) {
      return Optional.empty();
    }
  }
}
