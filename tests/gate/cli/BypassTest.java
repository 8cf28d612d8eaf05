package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import gate.cli.Scratch.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways round the gate that somebody tried, by accident or not. */
@DisplayName("A release can't be had by")
class BypassTest {
  @TempDir Path temp;

  private Scratch with(String policy) {
    return Scratch.create(temp.resolve("repo"), policy);
  }

  private static void refused(Answer answer, String... says) {
    assertThat(answer.out() + answer.err()).contains(says).doesNotContain("Exception", "\tat ");
    assertThat(answer.code()).as(answer.out()).isEqualTo(4);
  }

  private static void allowed(Answer answer) {
    assertThat(answer.out()).startsWith("may be released").doesNotContain("FAIL");
    assertThat(answer.code()).as(answer.err()).isZero();
  }

  @ParameterizedTest(name = "`unbound: [{0}]`")
  @CsvSource({"legs/a.groovy", "legs", "ws/src", "ws/src/lib.rs", "ws"})
  void an_unbound_part_of_what_decides_or_is_tested(String unbound) {
    Scratch repo = Scratch.create(temp.resolve("repo"), "gate: { unbound: [" + unbound + "] }\n");
    repo.file("ws/Cargo.toml", "[workspace]\n")
        .file(
            "matrix.yaml",
            Scratch.YAML
                + "workspaces: { own: { path: ws } }\n"
                + "gate: { unbound: ["
                + unbound
                + "] }\n")
        .file("ws/src/lib.rs", "\n")
        .commit();
    Checkout.Result lint = repo.checkout().run("lint");
    assertThat(lint.err()).contains("`unbound` of `gate` can't cover");
    assertThat(lint.code()).isEqualTo(2);
  }

  @Test
  void an_unbound_definition_of_another_name() {
    Scratch repo =
        with(Scratch.POLICY)
            .file("other.yaml", Scratch.YAML + "gate: { unbound: [other.yaml] }\n")
            .commit()
            .ran("GREEN", "-f", "other.yaml");
    Answer kept = repo.now("evidence", "promote", "-f", "other.yaml");
    refused(kept, "other.yaml");
  }

  @Test
  void a_run_of_another_definition() {
    Scratch repo =
        with(Scratch.POLICY)
            .file(
                "quick.yaml",
                "name: quick\ntoggles: { E2E: { type: flag } }\n"
                    + "legs:\n  a: { title: A }\n  b: { title: B }\n"
                    + Scratch.POLICY)
            .commit()
            .ran("GREEN", "-f", "quick.yaml")
            .promoted("-f", "quick.yaml")
            .commit();
    refused(repo.now("gate"), "quick.yaml");
  }

  @Test
  void a_workspace_elsewhere_in_the_same_repository() {
    Scratch repo = with("workspaces: { own: { path: ws, env: WS } }\n" + Scratch.POLICY);
    repo.file("ws/Cargo.toml", "[workspace]\n").file("easy/Cargo.toml", "[workspace]\n").commit();
    repo.ran("GREEN", "--set", "WS=easy").promoted().commit();
    refused(repo.now("gate"), "own", "easy");
  }

  @Test
  void files_that_only_oneself_ignores() throws Exception {
    Scratch repo = with(Scratch.POLICY).commit();
    Files.writeString(repo.folder().resolve(".git/info/exclude"), "src/new.txt\n");
    repo.file("src/new.txt", "new\n").ran("GREEN").promoted().commit(); // nothing is built of it
    Files.writeString(repo.folder().resolve(".git/info/exclude"), "*.txt\n*.rs\n");
    repo.file("src/new.rs", "new\n").ran("GREEN");
    refused(repo.now("evidence", "promote"), "differed from commit", ": src/new.rs; commit");
  }

  @Test
  void a_submodule_whose_changes_git_was_told_to_overlook() throws Exception {
    Scratch sub = Scratch.create(temp.resolve("sub"), Scratch.POLICY).commit();
    Scratch repo = with(Scratch.POLICY);
    repo.git(
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        sub.folder().toString(),
        "sub");
    repo.git("config", "-f", ".gitmodules", "submodule.sub.ignore", "all");
    repo.commit();
    repo.file("sub/src/main.txt", "changed\n");
    repo.checkout().run();
    refused(repo.now("evidence", "promote"), "dirty");
  }

  @Test
  void source_code_among_the_evidence() {
    Scratch repo = with(Scratch.POLICY);
    repo.file("docs/evidence/code.rs", "fn main() {}\n").commit().ran("GREEN").promoted().commit();
    refused(repo.now("gate"), "docs/evidence/code.rs");
  }

  @Test
  void evidence_that_was_kept_before_the_run_or_is_to_be() throws Exception {
    Path ada = temp.resolve("ada.pem");
    String line = Scratch.key(ada, "ada", "ed25519", "").replace("2020-01-01", "2098-01-01");
    Scratch repo =
        with("gate: { signature: required }\n").file("docs/allowed-signers", line).commit();
    repo.ran("GREEN");
    Answer kept =
        repo.after(
            Duration.ofDays(365L * 72 + 60),
            Map.of(),
            "evidence",
            "promote",
            "--key",
            ada.toString());
    assertThat(kept.code()).as(kept.err()).isZero();
    refused(repo.commit().now("gate"), "still to come");
  }

  @Test
  void keys_in_evidence_json_that_stand_there_twice() throws Exception {
    Scratch repo = with(Scratch.POLICY).commit().ran("GREEN").promoted();
    Path manifest = repo.kept().resolve("evidence.json");
    Files.writeString(
        manifest, Files.readString(manifest).replaceFirst("\\{", "{ \"verdict\" : \"RED\","));
    Scratch.rehash(repo.kept());
    refused(repo.now("evidence", "verify"), "evidence.json", "verdict");
  }

  @Test
  void a_log_that_unfolds_to_more_than_it_was() throws Exception {
    Scratch repo = with(Scratch.POLICY);
    repo.checkout().leg("a", "step('says') { shell 'seq 20000' }\n");
    repo.commit().ran("GREEN").promoted();
    Path log = repo.kept().resolve("legs/a/01-says.log.gz");
    try (var out = new java.util.zip.GZIPOutputStream(Files.newOutputStream(log))) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        out.write(zeros);
      }
    }
    Scratch.rehash(repo.kept());
    refused(repo.now("evidence", "verify"), "01-says.log.gz can't be read: it holds more than");
  }

  @Test
  void evidence_with_a_definition_that_is_not_the_tested_commit_s() throws Exception {
    Scratch repo = with(Scratch.POLICY).commit().ran("GREEN").promoted();
    Path manifest = repo.kept().resolve("evidence.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"matrix.yaml\"", "\"CHANGELOG.md\""));
    Scratch.rehash(repo.kept());
    refused(repo.now("evidence", "verify"), "isn't the `CHANGELOG.md` of commit");
  }

  @Test
  void no_attribute_that_has_git_commit_other_bytes_than_were_kept() {
    Scratch repo = with(Scratch.POLICY);
    repo.file(
        ".gitattributes", "*.json filter=lie\n*.xml working-tree-encoding=UTF-16\n*.md ident\n");
    repo.git("config", "filter.lie.clean", "tr a b");
    allowed(repo.commit().ran("GREEN").promoted().commit().now("gate"));
  }

  /** Nobody could show again what the release was made of. */
  @Test
  void pruning_what_a_tag_relies_on() {
    Scratch repo = with(Scratch.POLICY).commit().ran("GREEN").promoted().commit();
    repo.git("tag", "v1");
    String first = repo.kept().getFileName().toString();
    repo.file("src/main.txt", "2\n").commit().ran("GREEN").promoted().commit();
    String second = repo.kept().getFileName().toString();
    repo.file("src/main.txt", "3\n").commit().ran("GREEN").promoted().commit();
    Answer pruned = repo.now("evidence", "prune", "--keep", "1");
    assertThat(pruned.out())
        .contains("kept " + first + ": release v1 relies on it", "deleted " + second);
    assertThat(repo.folder().resolve("docs/evidence").resolve(first)).isDirectory();
    assertThat(repo.folder().resolve("docs/evidence").resolve(second)).doesNotExist();
  }
}
