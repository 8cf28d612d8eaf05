package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A run that the machine lets down")
class LostTest {
  @TempDir Path temp;
  private Checkout project;

  @BeforeEach
  void twoLegs() {
    project =
        new Checkout(temp)
            .legs("one: { title: One }", "two: { title: Two, needs: [one] }")
            .leg("one", "step('a') { exec('true') }\n")
            .leg("two", "step('a') { exec('true') }\n")
            .file(".gitignore", ".cccc\nout\n");
  }

  private static void namespaces() throws Exception {
    assumeThat(new ProcessBuilder("unshare", "-rm", "true").start().waitFor())
        .as("namespaces are to be had")
        .isZero();
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {8192, 16384, 65536, 131072})
  void by_a_full_disk_says_so_and_can_go_on_when_there_is_space(int bytes) throws Exception {
    namespaces();
    project
        .leg(
            "one",
            "step('big') { shell('head -c 300000 /dev/zero | tr \"\\\\0\" x || true') }\n"
                + "step('after') { exec('true') }\n")
        .commit();
    Checkout.Result result =
        project.inNamespace(
            """
            mkdir out && mount -t tmpfs -o size=%d none out || exit 99
            eval $GATE --log-dir out; echo "left with $?"
            mount -o remount,size=20m out
            echo; echo READ; eval $GATE report out; echo "read with $?"
            echo; echo AGAIN; eval $GATE --resume out; echo "again with $?"
            """
                .formatted(bytes));
    String[] parts = result.out().split("READ|AGAIN");
    assertThat(parts[0])
        .containsIgnoringCase("no space")
        .doesNotContain("GREEN", "\tat ")
        .containsPattern("left with [12]\n");
    if (parts[0].contains("left with 1")) {
      assertThat(parts[1]).contains("read with 0").doesNotContain("GREEN");
      assertThat(parts[2]) // a leg that came to its end is not repeated, whatever ended it
          .containsAnyOf("GREEN  2 legs, 3 steps passed", "kept as they ended: one");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "without a byte of space¦head -c 4096 /dev/zero > tmp/full¦cannot make a temporary folder"
            + " in {tmp}: No space left on device",
        "without space for what it reads¦:¦cannot read what is to be tested: {tmp}/",
        "that is read-only¦mount -o remount,ro tmp¦cannot make a temporary folder in {tmp}:"
            + " Read-only file system",
      })
  void by_a_place_for_temporary_folders(String which, String command, String says)
      throws Exception {
    project.file(".gitignore", ".cccc\nout\ntmp\n").commit();
    Checkout.Result result = inTmp(4096, command, "--log-dir", "out");
    assertThat(result.verdict()).as(result.out()).startsWith("RED");
    assertThat(result.out())
        .contains(says.replace("{tmp}", tmp().toString()), "left with 1")
        .endsWith("temporary: \n")
        .doesNotContain("a defect of the gate", "\tat ");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "without a byte of space¦head -c 16384 /dev/zero > tmp/full¦cannot make a temporary folder"
            + " in {tmp}: No space left on device",
        "without space for an answer¦head -c 12288 /dev/zero > tmp/full¦the host can't be asked by"
            + " way of {tmp}/",
        "that is read-only¦mount -o remount,ro tmp¦cannot make a temporary folder in {tmp}:"
            + " Read-only file system",
      })
  void by_a_place_for_temporary_folders_before_the_host_can_be_asked(
      String which, String command, String says) throws Exception {
    TinyCrate.tested(project);
    Checkout.Result result = inTmp(16384, command);
    assertThat(result.out())
        .startsWith(says.replace("{tmp}", tmp().toString()))
        .contains("left with 2")
        .endsWith("temporary: \n")
        .doesNotContain("a defect of the gate", "install Rust", "\tat ");
  }

  private Path tmp() {
    return project.folder().resolve("tmp");
  }

  /** Runs with temporary folders on a file system of a size, which a command does something to. */
  private Checkout.Result inTmp(int bytes, String command, String... arguments) throws Exception {
    namespaces();
    Files.createDirectory(tmp());
    return project
        .tmp(tmp())
        .inNamespace(
            """
            mount -t tmpfs -o size=%d none tmp || exit 99
            %s
            eval $GATE %s; echo "left with $?"; rm -f tmp/full
            echo "temporary: $(ls -A tmp)"
            """
                .formatted(bytes, command, String.join(" ", arguments)));
  }

  @Test
  void by_a_folder_that_turns_read_only_says_so() throws Exception {
    namespaces();
    project.leg(
        "one",
        """
        step('a') { shell('mount --bind out out && mount -o remount,bind,ro out') }
        step('b') { exec('true') }
        """);
    Checkout.Result result = project.inNamespace("eval $GATE --log-dir out; echo \"left with $?\"");
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.out())
        .contains("Read-only file system", "left with 1")
        .doesNotContain("a defect of the gate", "\tat ");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "the whole folder¦rm -rf out¦something else deleted",
        "the journal¦rm out/events.jsonl¦something else deleted",
        "the journal, for another¦cp out/events.jsonl x; mv x out/events.jsonl¦something else"
            + " changed or replaced",
        "the journal's end¦truncate -s 100 out/events.jsonl¦something else changed or replaced",
        "the journal, which somebody else writes, too¦echo >> out/events.jsonl¦something else"
            + " changed or replaced",
        "a log¦rm out/legs/one/01-a.log¦01-a.log is gone; somebody removed it while the run went"
            + " on",
        "what is in a log¦: > out/legs/one/01-a.log¦01-a.log has 0 bytes, and had 16 when its step"
            + " ended; somebody emptied it while the run went on",
        "a log, for another¦cp out/legs/one/01-a.log x; echo >> x; mv x"
            + " out/legs/one/01-a.log¦01-a.log isn't the file that its step wrote; somebody"
            + " replaced it while the run went on",
      })
  void by_losing(String what, String command, String says) {
    Checkout.Result result =
        project.leg("two", "step('a') { shell('" + command + "') }\n").run("--log-dir", "out");
    assertThat(result.out()).contains(says);
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void by_nothing_where_a_log_only_grew_after_its_step() {
    Checkout.Result result =
        project
            .leg("two", "step('a') { shell('echo more >> out/legs/one/01-a.log') }\n")
            .run("--log-dir", "out");
    assertThat(result.verdict()).as(result.out()).startsWith("GREEN");
  }

  @ParameterizedTest(name = "at most {0}")
  @ValueSource(ints = {40, 48, 56, 64, 90})
  void by_too_few_files_is_refused(int files) throws Exception {
    namespaces();
    Checkout.Result result =
        project.inNamespace(
            "ulimit -n %d; eval $GATE -j 2; echo \"left with $?\"".formatted(files));
    assertThat(result.out())
        .contains("at most " + files + " files may be open at once, and -j 2 needs 112")
        .contains("left with 2");
  }
}
