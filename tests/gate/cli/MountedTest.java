package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In a namespace of mounts of its own, which takes them with it. */
@DisplayName("What is mounted in a folder of the gate's")
@EnabledOnOs(OS.LINUX)
class MountedTest {
  @TempDir Path temp;
  private Checkout project;

  @BeforeEach
  void project() throws Exception {
    project =
        new Checkout(temp.resolve("project"))
            .tmp(Files.createDirectory(temp.resolve("tmp")))
            .file("precious/a/file", "kept");
    project.one("step('a') { exec('true') }\n");
    assumeTrue(
        project.inNamespace("mkdir m && mount --bind precious m").code() == 0, "no namespaces");
  }

  private void isWhole() {
    assertThat(Checkout.read(temp.resolve("project/precious/a/file"))).isEqualTo("kept");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "by a step¦shell(\"mkdir '${tempDir()}/m m'; mount --bind precious '${tempDir()}/m m'\")",
        "beside its folders¦shell('d=$(dirname $TMPDIR)/\"m m\"; mkdir \"$d\"; mount --bind"
            + " precious \"$d\"')",
        "by a step that takes too long¦shell(\"mkdir '${tempDir()}/m m'; mount --bind precious"
            + " '${tempDir()}/m m'; sleep 60\")",
      })
  void stays_and_is_named_until_it_is_unmounted(String by, String action) throws Exception {
    project.legs("one: { title: One, timeout: 3s }").leg("one", "step('a') { " + action + " }\n");
    String[] parts =
        project
            .inNamespace(
                """
                eval $GATE --log-dir out; echo "left with $?"; echo --
                eval $GATE clean --dry-run; echo "left with $?"; echo --
                eval $GATE clean; echo "left with $?"; echo --
                umount "$(awk '/m.040m/ { print $5 }' /proc/self/mountinfo | sed 's/[\\\\]040/ /')"
                eval $GATE clean; echo "left with $?"
                """)
            .out()
            .split("--\n");
    String says = "something is mounted in it, so nothing of it was deleted: `umount '";
    String fix = "/m m'`, then `./jbang matrix.java clean`";
    assertThat(parts[0]).contains("RED", says, "left with 1").doesNotContain("GREEN");
    assertThat(Checkout.read(temp.resolve("project/out/summary.md"))).contains(says, fix);
    assertThat(parts[1]).contains("not cleared: temporary folder", says, fix, "left with 1");
    assertThat(parts[2]).contains("not cleared: temporary folder", says, fix, "left with 1");
    assertThat(parts[3]).contains("cleared temporary folder", "left with 0");
    isWhole();
    assertThat(temp.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void stays_where_an_old_run_goes() throws Exception {
    project.file("matrix.yaml", "name: test\nruns: { most: 1 }\nlegs:\n  one: { title: One }\n");
    Checkout.Result result =
        project.inNamespace(
            """
            eval $GATE; run=$(echo .cccc/work/integration-matrix/*)
            mkdir $run/legs/m && mount --bind precious $run/legs/m
            sleep 1; eval $GATE; test -e $run/events.jsonl && echo "$run is whole"
            """);
    assertThat(result.out())
        .contains("can't be deleted: something is mounted in it, so nothing", "is whole")
        .contains("GREEN");
    isWhole();
  }
}
