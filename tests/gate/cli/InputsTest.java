package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What is tested")
class InputsTest {
  @TempDir Path temp;

  private Checkout project(String command) {
    return new Checkout(temp)
        .one("step('it writes') { shell('%s') }\n".formatted(command))
        .file("ä source/a.txt", "1\n")
        .file(".gitignore", "ignored\n")
        .commit();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "a file that git knows¦echo 2 > \"ä source/a.txt\"¦ä source/a.txt",
        "a file whose size and time stay¦touch -r \"ä source/a.txt\" x; echo 2 > \"ä"
            + " source/a.txt\"; touch -r x \"ä source/a.txt\"; rm x¦ä source/a.txt",
        "a new file¦echo 2 > new.txt¦new.txt",
        "a file that goes¦rm -r \"ä source\"¦ä source/a.txt",
        "matrix.yaml¦echo >> matrix.yaml¦matrix.yaml",
        "a leg's script¦echo >> legs/one.groovy¦legs/one.groovy",
        "a commit that changes a file¦echo 2 > b; git add b; git -c user.name=n -c user.email=e"
            + " commit -qm m¦/b"
      })
  void turns_a_run_red_where_it_changes_meanwhile(String what, String command, String file) {
    Checkout.Result result = project(command).run();
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.out())
        .contains("what is tested changed while the run went on: " + "/")
        .contains(file);
    assertThat(result.code()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "files that git ignores¦mkdir ignored; echo 2 > ignored/x",
        "a file that is written with what it held¦echo 1 > \"ä source/a.txt\"",
        "the index¦echo 2 > n; git add n; git rm -q --cached n; rm n",
        "the gate's own folder, which nobody ignores¦echo 2 > .cccc/x",
      })
  void may_keep_company_with(String what, String command) {
    Checkout.Result result = project(command).run();
    assertThat(result.verdict()).as(result.out()).startsWith("GREEN");
  }

  @Test
  void doesnt_hold_the_run_s_own_folder_wherever_that_is() {
    assertThat(project("true").run("--log-dir", "run").verdict()).startsWith("GREEN");
  }

  @Test
  void leaves_no_object_in_the_repository() {
    Checkout project = project("true").file("new.txt", "of nobody\n");
    String before = objects();
    assertThat(project.run().verdict()).startsWith("GREEN");
    assertThat(objects()).isEqualTo(before);
  }

  private String objects() {
    try (var files = java.nio.file.Files.walk(temp.resolve(".git"))) {
      return String.join("\n", files.map(Path::toString).sorted().toList());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void is_not_known_where_there_is_no_repository_and_the_run_goes_on() {
    Checkout.Result result =
        new Checkout(temp).one("step('it writes') { shell('echo 2 > new.txt') }\n").run();
    assertThat(result.verdict()).startsWith("GREEN");
    assertThat(result.file("events.jsonl")).contains("\"content\":\"unknown\"");
  }
}
