package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A shard")
class ShardTest {
  @TempDir Path temp;

  private Parted parted;

  @BeforeEach
  void create() {
    parted = Parted.create(temp);
  }

  @Test
  void is_marked_as_one_wherever_it_is_shown_and_never_counts() {
    Checkout.Result result = parted.checkout().run("--shard", "2/3");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("SHARD 2/3 of 6 legs");
    assertThat(result.verdict()).startsWith("GREEN  SHARD 2/3: 2 legs");
    assertThat(result.out()).contains("counts for nothing until `matrix merge` has joined all 3");
    assertThat(result.file("junit.xml"))
        .contains("name=\"parted (SHARD 2/3)\"", "verdict (SHARD 2/3)");
    assertThat(result.file("ctrf.json")).contains("parted (SHARD 2/3)", "\"part\" : \"shard 2/3\"");
    assertThat(result.file("summary.md")).contains("GREEN (SHARD 2/3)");
    assertThat(temp.resolve(".cccc/work/results")).doesNotExist();
    assertThat(parted.scratch().now("runs").out()).contains("GREEN", "SHARD 2/3");
    Scratch.Answer kept = parted.scratch().now("evidence", "promote");
    assertThat(kept.code()).isEqualTo(4);
    assertThat(kept.err()).contains("the run is shard 2/3", "matrix merge");
    assertThat(temp.resolve("docs/evidence")).doesNotExist();
  }

  @Test
  void says_at_its_start_that_files_differ_from_the_commit() {
    String warning = "files differ from the commit, so that the merged run will be red: put away";
    assertThat(parted.checkout().run("--shard", "1/3").out()).doesNotContain(warning);
    parted.scratch().file("src/main.txt", "changed\n");
    for (String dry : new String[] {"DRY_RUN=1", "DRY_RUN=0"}) {
      Checkout.Result result = parted.checkout().run("--shard", "1/3", "--set", dry);
      assertThat(result.out()).contains(warning, "git stash -u", "start all parts again");
    }
    assertThat(parted.checkout().run("a").out()).doesNotContain(warning);
  }

  @Test
  void says_at_its_start_that_git_knows_nothing_of_what_it_tests() throws Exception {
    try (Stream<Path> all = Files.walk(temp.resolve(".git"))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    Checkout.Result result = parted.checkout().run("--shard", "1/3");
    assertThat(result.out())
        .contains("git doesn't know what is tested", "committed to a repository");
  }

  @Test
  void without_a_leg_that_runs_is_partial_and_fails_nobody() {
    Checkout.Result result = parted.checkout().run("--shard", "9/9");
    assertThat(result.verdict()).startsWith("PARTIAL  SHARD 9/9");
    assertThat(result.out()).contains("no step passed");
    assertThat(result.code()).isZero();
  }

  @Test
  void is_red_where_one_of_its_legs_is() {
    parted.scratch().file("legs/a.groovy", "step('a') { exec 'false' }\n").commit();
    Checkout.Result result = parted.checkout().run("--shard", "1/3");
    assertThat(result.verdict()).startsWith("RED  SHARD 1/3");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void goes_on_as_the_same_one_where_it_was_cut_off() throws Exception {
    parted.shards(2);
    Path run = parted.at("s1");
    List<String> lines = Files.readAllLines(run.resolve("events.jsonl"));
    Files.write(run.resolve("events.jsonl"), lines.subList(0, lines.size() - 1));
    Checkout.Result result = parted.checkout().run("--resume", run.toString());
    assertThat(result.verdict()).startsWith("GREEN  SHARD 1/2");
    assertThat(result.out()).contains("resumed; kept as they ended: a");
  }

  @Test
  void is_balanced_by_the_durations_of_a_run_that_is_named_or_kept() {
    String journal = parted.durations("d@n=1");
    String kept = "docs/evidence/integration-matrix-20260101T000000Z";
    parted.scratch().file("timed/events.jsonl", journal);
    assertThat(first("--durations", "timed")).startsWith("d@n=1 ");
    assertThat(first()).startsWith("a c ");
    parted.scratch().file(kept + "/events.jsonl", journal);
    assertThat(first()).startsWith("d@n=1 ");
    assertThat(first("--durations", "none")).startsWith("a c ");
    parted.scratch().file(kept + "/events.jsonl", "{");
    Scratch.Answer answer = parted.scratch().now("run", "--dry-run", "--shard", "1/3");
    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err()).contains("balanced by the durations in", kept, "--durations");
  }

  /** The legs of the first of three shards. */
  private String first(String... words) {
    List<String> argv = new ArrayList<>(List.of("run", "--dry-run", "--shard", "1/3"));
    argv.addAll(List.of(words));
    Scratch.Answer answer = parted.scratch().now(argv.toArray(String[]::new));
    return answer
        .out()
        .lines()
        .filter(it -> it.matches("\\S+  The .*"))
        .map(it -> it.split(" ")[0] + " ")
        .collect(Collectors.joining());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--shard 0/2|`0/2` is no shard; write K/N",
        "--shard 3/2|`3/2` is no shard; write K/N",
        "--shard 1/10001|`1/10001` is no shard; write K/N",
        "--shard x|`x` is no shard; write K/N",
        "--shard 1/2 a|the parts make a whole; leave out `a`",
        "--shard 1/2 --last-failed|leave out --last-failed",
        "--shard 1/2 --part a|--shard and --part both name a part",
        "--shard 1/2 --durations nowhere|--durations `nowhere`: there is no such run",
        "--durations none|say which one to run with --shard K/N",
        "--part x|--part names one leg by its whole id, and `x` is none",
        "--part d|--part names one leg by its whole id, and `d` is none",
        "--part b --set SKIP_B=1|--part b: that leg doesn't run: SKIP_B=1"
      })
  void is_refused_for(String words, String why) {
    Scratch.Answer answer = parted.scratch().now(("run " + words).split(" "));
    assertThat(answer.err()).contains(why);
    assertThat(answer.code()).isEqualTo(2);
    assertThat(temp.resolve(".cccc/work/integration-matrix")).doesNotExist();
  }
}
