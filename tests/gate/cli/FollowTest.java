package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Following shards")
class FollowTest {
  @TempDir Path temp;
  private Parted parted;
  private Path out;

  @BeforeEach
  void create() {
    parted = Parted.create(temp.resolve("repo"));
    out = temp.resolve("out");
  }

  private Process follow(String... more) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("merge", "--follow", "--log-dir", parted.at("merged").toString()));
    words.addAll(List.of(more));
    words.addAll(List.of(parted.at("s1").toString(), parted.at("s2").toString()));
    return parted.checkout().start(out, out, words.toArray(String[]::new));
  }

  private int code(Process process) throws Exception {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(Checkout.read(out));
    }
    return process.exitValue();
  }

  private void until(String shown) throws Exception {
    while (!Files.exists(out) || !Checkout.read(out).contains(shown)) {
      Thread.sleep(50);
    }
  }

  @Test
  void waits_for_those_that_have_not_begun_and_ends_with_the_merged_verdict() throws Exception {
    Process following = follow();
    parted.shards(2);
    assertThat(code(following)).as(Checkout.read(out)).isZero();
    assertThat(Checkout.read(out))
        .contains(
            "[shard 1/2] + a  passed",
            "[shard 2/2] + b  passed",
            "[shard 1/2] GREEN",
            "\nGREEN  6 legs, 7 steps passed");
    assertThat(parted.merged("legs/b/01-b.log")).contains("$ true");
  }

  @Test
  void ends_with_a_verdict_where_it_is_told_to_stop() throws Exception {
    parted.part("s1", "--shard", "1/2");
    Process following = follow();
    until("[shard 1/2] GREEN");
    following.destroy(); // SIGTERM
    assertThat(code(following)).isEqualTo(1);
    assertThat(Checkout.read(out)).contains("\nRED ", "holds no part of a run");
    assertThat(parted.merged("junit.xml")).contains("<failure");
  }

  @Test
  void takes_away_the_results_of_the_run_before_as_long_as_it_has_none() throws Exception {
    Path results = parted.folder().resolve(".cccc/work/results/junit.xml");
    parted.part("whole");
    assertThat(results).exists();
    parted.part("s1", "--shard", "1/2");
    Process following = follow();
    try {
      until("[shard 1/2] GREEN");
      assertThat(results).doesNotExist();
    } finally {
      following.destroyForcibly().waitFor();
    }
    assertThat(results).doesNotExist();
  }

  @Test
  void finds_runs_by_their_names() throws Exception {
    List<String> names = new ArrayList<>();
    for (String shard : List.of("1/2", "2/2")) {
      names.add(parted.checkout().run("--shard", shard).run().getFileName().toString());
    }
    List<String> words = new ArrayList<>(List.of("merge", "--follow", "--patience", "20s"));
    words.addAll(names);
    Scratch.Answer answer = parted.scratch().now(words.toArray(String[]::new));
    assertThat(answer.out()).contains("GREEN  6 legs").doesNotContain("stood still");
    assertThat(answer.code()).isZero();
  }

  @Test
  void gives_up_on_a_journal_that_stands_still() throws Exception {
    parted.shards(2);
    Path journal = parted.at("s2").resolve("events.jsonl");
    byte[] all = Files.readAllBytes(journal);
    Files.write(journal, java.util.Arrays.copyOf(all, all.length - 20)); // its end is torn
    Process following = follow("--patience", "300ms");
    assertThat(code(following)).isEqualTo(1);
    assertThat(Checkout.read(out))
        .contains(
            "] ! its journal has stood still for 300 ms, and is merged as it is",
            "it was cut off, or still runs");
  }

  @Test
  void does_not_wait_for_a_journal_that_is_a_pipe() throws Exception {
    parted.part("s1", "--shard", "1/2");
    Files.createDirectories(parted.at("s2"));
    String pipe = parted.at("s2").resolve("events.jsonl").toString();
    assertThat(parted.scratch().command(List.of("mkfifo", pipe)).code()).isZero();
    assertThat(code(follow())).isEqualTo(1);
    assertThat(Checkout.read(out)).contains("! its journal is no plain file", "\nRED ");
  }

  @Test
  void is_refused_for_a_patience_that_is_no_time() {
    Scratch.Answer answer = parted.scratch().now("merge", "--patience", "long", "x");
    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err()).contains("--patience `long`: a time is a whole number and one of ms");
  }
}
