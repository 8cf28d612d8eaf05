package gate.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A journal that grows")
class JournalTailTest {
  private static final Path SAMPLE = Path.of("tests/gate/journal/older/of-the-first-format.jsonl");

  @TempDir Path temp;
  private Path file;
  private byte[] all;

  @BeforeEach
  void sample() throws Exception {
    file = temp.resolve("events.jsonl");
    all = Files.readAllBytes(gate.base.ThisCheckout.root().resolve(SAMPLE));
  }

  private void write(int from, int until) throws Exception {
    Files.write(
        file,
        Arrays.copyOfRange(all, from, until),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  @ParameterizedTest(name = "by {0} bytes")
  @ValueSource(ints = {1, 7, 100, 4096, 1 << 20})
  void is_read_as_it_would_be_at_its_end(int step) throws Exception {
    JournalTail tail = new JournalTail(file);
    assertThat(tail.more()).as("it isn't there yet").isEmpty();
    List<Entry> entries = new ArrayList<>();
    for (int at = 0; at < all.length; at += step) {
      write(at, Math.min(all.length, at + step));
      entries.addAll(tail.more());
    }
    assertThat(entries).isEqualTo(JournalReader.read(file));
  }

  @Test
  void waits_for_its_torn_line_and_minds_nobody_who_drops_it_to_go_on() throws Exception {
    JournalTail tail = new JournalTail(file);
    int first = new String(all, StandardCharsets.UTF_8).indexOf('\n') + 1;
    write(0, first + 10);
    assertThat(tail.more()).hasSize(1);
    assertThat(tail.more()).isEmpty();
    Files.write(file, Arrays.copyOf(all, first));
    assertThat(tail.more()).isEmpty();
    write(first, all.length);
    assertThat(tail.more()).hasSize(JournalReader.read(file).size() - 1);
  }

  @Test
  void is_given_up_where_it_is_no_journal_or_another() throws Exception {
    write(0, all.length);
    JournalTail tail = new JournalTail(file);
    tail.more();
    Files.write(file, Arrays.copyOf(all, all.length / 2));
    assertThatThrownBy(tail::more)
        .isInstanceOf(JournalFailed.class)
        .hasMessageContaining("is shorter than it was");
    Files.writeString(file, "no journal\n");
    assertThatThrownBy(new JournalTail(file)::more)
        .isInstanceOf(JournalFailed.class)
        .hasMessageContaining(file + ":1");
  }
}
