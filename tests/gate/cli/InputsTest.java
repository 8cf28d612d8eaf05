package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import gate.journal.Entry;
import gate.journal.Event.InputsRead;
import gate.journal.Event.Source;
import gate.journal.JournalReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
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
        "a file that git is told to take as unchanged¦git update-index --assume-unchanged \"ä"
            + " source/a.txt\"; echo 2 > \"ä source/a.txt\"¦ä source/a.txt",
        "a file that git is told not to look at¦git update-index --skip-worktree \"ä"
            + " source/a.txt\"; echo 2 > \"ä source/a.txt\"¦ä source/a.txt",
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

  /** The gate asks for a disk when it has compiled the scripts, and before the run begins. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"legs/one.groovy", "matrix.yaml"})
  void is_what_was_compiled_or_the_run_is_red(String file) {
    Checkout.Result result =
        project("true")
            .file(
                "matrix.yaml",
                "name: test\n"
                    + "toggles: { PLASMA_E2E: { type: flag } }\n"
                    + "legs: { one: { title: One } }\n")
            .leg(
                "one",
                "step('a') { exec('true') }\n"
                    + "step('b', when: toggles.PLASMA_E2E, accelerator: 'kvm') { exec('true') }\n")
            .qemu()
            .program(
                "fake/qemu-img",
                "echo >> '%s'; for last; do :; done; : > \"$last\"\n".formatted(temp.resolve(file)))
            .env("PLASMA_E2E", "1")
            .run();
    assertThat(result.out()).contains(file + " changed while the run began");
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void is_no_folder_for_the_run() {
    Checkout.Result result = project("true").run("--log-dir", "ä source");
    assertThat(result.err()).contains("ä source holds files of the repository");
    assertThat(result.code()).isEqualTo(2);
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

  /** What was done to a repository, and whether it then differs from its commit. */
  private static final String[] DEEDS = {
    "nothing¦true¦false",
    "a file that git ignores¦echo > ignored¦false",
    "what cargo writes¦mkdir target; echo > target/x¦false",
    "a file that differs¦echo >> Cargo.toml¦true",
    "a file that is staged¦echo >> Cargo.toml; git add -A¦true",
    "a new file¦echo > new¦true",
    "a file that is gone¦rm \"ä b\"¦true",
    "a file whose mode differs¦chmod +x \"ä b\"¦true",
    "a file that git takes as unchanged¦git update-index --assume-unchanged \"ä b\"; echo > \"ä"
        + " b\"¦true",
    "a file that git doesn't look at¦git update-index --skip-worktree \"ä b\"; echo > \"ä"
        + " b\"¦true",
    "a file that a sparse checkout leaves out¦git update-index --skip-worktree \"ä b\"; rm \"ä"
        + " b\"¦false",
    "a file that a filter turns back into what it was¦echo '* filter=x' > .git/info/attributes;"
        + " git config filter.x.clean 'echo 1'; echo 2 > \"ä b\"; git add -A¦true",
    "a file whose size and time stay where git minds nothing else¦git config core.checkStat"
        + " minimal; git config core.trustctime false; touch -r \"ä b\" x; git update-index"
        + " --refresh; echo 2 > \"ä b\"; touch -r x \"ä b\"; rm x¦true",
    "a file whose line ends only the user's own attributes turn back¦echo '* text' >"
        + " .git/info/attributes; printf '1\\r\\n' > \"ä b\"¦true",
    "a file whose line ends the commit asks for¦printf '* text=auto eol=crlf\\n' >"
        + " .gitattributes; git add -A; git -c user.name=n -c user.email=e commit -qm m; rm \"ä"
        + " b\" Cargo.toml .gitignore .gitattributes; git checkout -q -- .; grep -q \"$(printf"
        + " '\\r')\" \"ä b\"¦false",
    "a file whose line ends the commit allows and a checkout wouldn't make¦echo '* text=auto' >"
        + " .gitattributes; git add -A; git -c user.name=n -c user.email=e commit -qm m; printf"
        + " '1\\r\\n' > \"ä b\"¦true",
    "an index that can't be read¦echo > .git/index¦true"
  };

  /** One run that has them all as workspaces: each is looked at on its own. */
  @Test
  void differs_from_the_commit_of_a_workspace_in_another_repository_or_does_not() {
    Map<String, Boolean> expected = new LinkedHashMap<>();
    Map<String, String> folders = new LinkedHashMap<>();
    Checkout project =
        new Checkout(temp.resolve("gate"))
            .leg("one", "step('a') { exec('true') }\n")
            .file(".gitignore", ".cccc\n");
    StringBuilder workspaces = new StringBuilder();
    for (String row : DEEDS) {
      String[] deed = row.split("¦");
      String name = "w" + expected.size();
      Checkout other =
          new Checkout(temp.resolve(name))
              .file("Cargo.toml", "[workspace]\n")
              .file("ä b", "1\n")
              .file(".gitignore", "ignored\n")
              .commit();
      assertThat(other.shell(deed[1]).code()).as(deed[0]).isZero();
      workspaces.append(
          "  %1$s: { path: none, env: WHERE_%2$d }\n".formatted(name, expected.size()));
      project.env("WHERE_" + expected.size(), other.folder().toString());
      folders.put(other.folder().toString(), deed[0]);
      expected.put(deed[0], Boolean.valueOf(deed[2]));
    }
    project
        .file(
            "matrix.yaml",
            "name: test\nworkspaces:\n%slegs: { one: { title: One } }\n".formatted(workspaces))
        .commit();
    Map<String, Boolean> seen =
        JournalReader.read(project.run().run().resolve("events.jsonl")).stream()
            .map(Entry::event)
            .filter(InputsRead.class::isInstance)
            .flatMap(it -> ((InputsRead) it).sources().stream())
            .collect(
                Collectors.toMap(
                    it -> folders.getOrDefault(it.folder(), it.folder()), Source::dirty));
    expected.put(project.folder().toString(), false);
    assertThat(seen).containsExactlyInAnyOrderEntriesOf(expected);
  }

  private static final String POINTER =
      "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 2\n"
          .formatted("53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3"); // 2, LF

  /** As Git LFS checks it out, without its program: the index knows the file as it is there. */
  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "a file that Git LFS keeps¦*.bin filter=lfs -text¦2¦false",
        "another one than Git LFS keeps¦*.bin filter=lfs -text¦3¦true",
        "a file that looks as if Git LFS kept it¦*.txt filter=lfs¦2¦true"
      })
  void holds_what_git_lfs_keeps_where_the_commit_says_so(
      String what, String attributes, String content, boolean dirty) {
    Checkout project =
        project("true")
            .file(".gitattributes", attributes + "\n")
            .file("a.bin", POINTER)
            .commit()
            .file("a.bin", content + "\n");
    assertThat(project.run().file("events.jsonl").lines().filter(it -> it.contains("inputs-read")))
        .singleElement()
        .asString()
        .contains("\"dirty\":" + dirty)
        .contains("\"differing\":[" + (dirty ? "\"a.bin\"]" : "]"));
  }

  @Test
  void differs_from_the_commit_where_git_can_not_tell() {
    Checkout project = project("true");
    project.shell("echo > .git/index");
    assertThat(project.run().file("events.jsonl").lines().findFirst().orElseThrow())
        .contains("\"dirty\":true");
  }

  @Test
  void is_not_known_where_there_is_no_repository_and_the_run_goes_on() {
    Checkout.Result result =
        new Checkout(temp).one("step('it writes') { shell('echo 2 > new.txt') }\n").run();
    assertThat(result.verdict()).startsWith("GREEN");
    assertThat(result.file("events.jsonl")).contains("\"content\":\"unknown\"");
  }
}
