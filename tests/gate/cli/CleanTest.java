package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("matrix clean")
@EnabledOnOs(OS.LINUX)
class CleanTest {
  @TempDir Path temp;
  private final String nap = "sleep " + (ProcessHandle.current().pid() * 10 + 4_000_000_000L);
  private Checkout project;
  private Process gate;
  private Path run;
  private Path folder;

  /** A run with processes, hidden ones among them, and something in its temporary folder. */
  @BeforeEach
  void start() throws Exception {
    project =
        new Checkout(temp)
            .tmp(Files.createDirectory(temp.resolve("tmp")))
            .one(
                "step('a') { shell('(setsid env -i %s <&- >&- 2>&- &); echo $TMPDIR > p; mv p place; %s') }\n"
                    .formatted(nap, nap));
    gate = project.start(temp.resolve("out"), temp.resolve("err"));
    assertThat(Outside.await(90, this::started)).as(Checkout.read(temp.resolve("err"))).isTrue();
    try (Stream<Path> runs = Files.list(temp.resolve(".cccc/work/integration-matrix"))) {
      run = runs.findFirst().orElseThrow();
    }
    Path place = Path.of(Files.readString(temp.resolve("place")).strip());
    folder = place.getParent();
    Files.writeString(run.resolve("plasma-e2e.qcow2"), "a disk");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(place.resolve("s")));
    }
  }

  private boolean started() {
    return Files.exists(temp.resolve("place")) && Outside.running(nap).size() >= 2;
  }

  @AfterEach
  void end() throws Exception {
    gate.destroyForcibly().waitFor();
    assertThat(Outside.await(20, () -> Outside.running(nap).isEmpty())).isTrue();
  }

  @Test
  void clears_what_a_double_kill_left_of_that_run_only_and_says_what() throws Exception {
    Outside.killAll(gate);
    Process user =
        new ProcessBuilder(nap.split(" ")).directory(temp.toFile()).start(); // just the same
    try {
      List<Long> left = Outside.running(nap);
      left.remove(user.pid());
      assertThat(left).as("what nobody could clear").isNotEmpty();
      assertThat(folder).exists();

      Checkout.Result told = project.run("clean", "--dry-run");
      assertThat(told.out()).contains("would clear process ").doesNotContain(": cleared");
      assertThat(told.out().lines().filter(it -> it.contains("folder " + folder))).hasSize(1);
      assertThat(Outside.running(nap)).hasSize(left.size() + 1);

      Checkout.Result result = project.run("clean", run.getFileName().toString());
      assertThat(result.err()).isEmpty();
      for (Long pid : left) {
        assertThat(result.out())
            .contains("%s: cleared process %d (".formatted(run.getFileName(), pid));
      }
      assertThat(result.out())
          .contains(
              run.getFileName() + ": cleared temporary folder " + folder,
              run.getFileName() + ": cleared disk " + run.resolve("plasma-e2e.qcow2"));
      assertThat(result.code()).isZero();
      assertThat(Outside.running(nap)).containsExactly(user.pid());
      assertThat(folder).doesNotExist();
      assertThat(run.resolve("plasma-e2e.qcow2")).doesNotExist();
      assertThat(run.resolve("events.jsonl")).exists();

      Checkout.Result again = project.run("clean", run.toString());
      assertThat(again.out()).isEmpty();
      assertThat(again.err()).isEqualTo("nothing to clear\n");
      assertThat(again.code()).isZero();
    } finally {
      user.destroyForcibly().waitFor();
    }
  }

  @Test
  void clears_of_two_lost_runs_the_one_that_is_named_and_the_other_when_asked_for_all()
      throws Exception {
    Outside.killAll(gate);
    List<Long> first = Outside.running(nap);
    Files.delete(temp.resolve("place"));
    Process other = project.start(temp.resolve("out"), temp.resolve("err"));
    assertThat(
            Outside.await(90, () -> started() && Outside.running(nap).size() >= first.size() + 2))
        .isTrue();
    Path othersFolder = Path.of(Files.readString(temp.resolve("place")).strip()).getParent();
    Outside.killAll(other);
    List<Long> others = Outside.running(nap);
    others.removeAll(first);
    assertThat(first).isNotEmpty();
    assertThat(others).isNotEmpty();

    assertThat(project.run("clean", run.toString()).code()).isZero();
    assertThat(Outside.running(nap)).isEqualTo(others);
    assertThat(othersFolder).exists();

    assertThat(project.run("clean").out()).contains("cleared temporary folder " + othersFolder);
    assertThat(Outside.running(nap)).isEmpty();
    assertThat(othersFolder).doesNotExist();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"without a journal,", "with an empty one,''", "with half an entry,{\"at\":1"})
  void clears_the_folder_of_a_run_that_was_cut_off_before_its_journal_had_an_entry(
      String which, String journal) throws Exception {
    Path cutOff = Files.createDirectory(run.resolveSibling("20200101T000000Z"));
    Files.createFile(cutOff.resolve("lock"));
    Files.createFile(cutOff.resolve("plasma-e2e.qcow2"));
    if (journal != null) {
      Files.writeString(cutOff.resolve("events.jsonl"), journal);
    }
    Path others = Files.createDirectory(run.resolveSibling("20200102T000000Z"));
    Files.createFile(others.resolve("lock"));
    Files.createFile(others.resolve("notes"));

    Checkout.Result dry = project.run("clean", "--dry-run");
    assertThat(dry.out()).contains("would clear its folder " + cutOff).doesNotContain("notes");
    assertThat(cutOff).exists();
    Checkout.Result result = project.run("clean");
    assertThat(result.out()).contains("20200101T000000Z: cleared its folder " + cutOff);
    assertThat(result.code()).isZero();
    assertThat(cutOff).doesNotExist();
    assertThat(others.resolve("notes")).exists();
  }

  @Test
  void says_by_its_exit_code_that_a_run_can_t_be_read() throws Exception {
    Path broken = Files.createDirectory(run.resolveSibling("20200101T000000Z"));
    Files.writeString(broken.resolve("events.jsonl"), "no entry\nnor this\n");
    Checkout.Result result = project.run("clean");
    assertThat(result.err()).contains(broken.toString());
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void clears_the_reports_that_a_killed_gate_was_writing_and_so_does_a_run_that_goes_on()
      throws Exception {
    Outside.killAll(gate);
    Path results = Files.createDirectories(temp.resolve(".cccc/work/results"));
    String mark = "%08x".formatted(run.toString().hashCode());
    Path half = Files.writeString(run.resolve(".report.html." + mark + ".17"), "<!doc");
    Path other = Files.writeString(results.resolve(".junit.xml." + mark + ".4"), "<test");
    Path another = Files.writeString(results.resolve(".junit.xml.0123abcd.4"), "<test");

    assertThat(project.run("clean", "--dry-run").out())
        .contains("would clear unfinished report " + half);
    assertThat(project.run("clean").out())
        .contains("cleared unfinished report " + half, "cleared unfinished report " + other);
    assertThat(half).doesNotExist();
    assertThat(other).doesNotExist();
    assertThat(another).as("that of another run").exists();

    Files.writeString(half, "<!doc");
    project.one("step('a') { exec('true') }\n");
    assertThat(project.run("--resume", run.toString()).code()).isZero();
    assertThat(half).doesNotExist();
    assertThat(run.resolve("report.html")).exists();
  }

  @Test
  void leaves_a_run_alone_that_still_runs_and_names_its_process() throws Exception {
    int before = Outside.running(nap).size();
    Checkout.Result named = project.run("clean", run.toString());
    assertThat(named.err()).contains("is worked on by another process, pid " + gate.pid());
    assertThat(named.code()).isEqualTo(2);

    Checkout.Result all = project.run("clean");
    assertThat(all.err()).contains("pid " + gate.pid());
    assertThat(all.code()).isZero();

    Path copy = copied();
    Checkout.Result copied = project.run("clean", copy.toString());
    assertThat(copied.err()).contains("still runs, pid " + gate.pid());
    assertThat(copied.code()).isEqualTo(2);

    assertThat(project.run("--resume", run.toString()).err()).contains("pid " + gate.pid());
    assertThat(project.run("--resume", copy.toString()).err()).contains("pid " + gate.pid());

    assertThat(Outside.running(nap)).hasSize(before);
    assertThat(folder).exists();
  }

  private Path copied() throws IOException {
    Path copy = Files.createDirectory(temp.resolve("copy"));
    Files.copy(run.resolve("events.jsonl"), copy.resolve("events.jsonl"));
    return copy;
  }

  @Test
  void takes_no_journal_s_word_for_what_it_may_end() throws Exception {
    Outside.killAll(gate);
    List<Long> left = Outside.running(nap);
    Path copy = copied();
    Path journal = copy.resolve("events.jsonl");
    for (String mark : List.of("-1", "0", "9223372036854775807", "no number")) {
      Files.writeString(
          journal,
          Files.readString(run.resolve("events.jsonl"))
              .replaceFirst("\"mark\":\"[0-9]+\"", "\"mark\":\"" + mark + "\""));
      assertThat(project.run("clean", copy.toString()).out()).isEmpty();
    }
    assertThat(Outside.running(nap)).isEqualTo(left);
    assertThat(project.run("clean").out()).contains("cleared process " + left.getFirst());
    assertThat(Outside.running(nap)).isEmpty();
  }

  @Test
  void isn_t_needed_before_a_run_goes_on() throws Exception {
    Outside.killAll(gate);
    assertThat(Outside.running(nap)).isNotEmpty();
    project.leg("one", "step('a') { exec('true') }\n");
    Checkout.Result result = project.run("--resume", run.toString());
    assertThat(result.out()).contains("GREEN");
    assertThat(Outside.running(nap)).isEmpty();
  }
}
