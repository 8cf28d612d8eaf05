package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import gate.cli.Scratch.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A release")
class ReleaseTest {
  private static final String TOMORROW = LocalDate.now(ZoneOffset.UTC).plusDays(1).toString();

  @TempDir static Path shared;
  private static Scratch green;

  @TempDir Path temp;

  /** With evidence for its content, not yet committed. */
  @BeforeAll
  static void keep() {
    green =
        Scratch.create(shared.resolve("green"), Scratch.POLICY).commit().ran("GREEN").promoted();
  }

  private Scratch green() {
    return green.copy(temp.resolve("copy"));
  }

  private Scratch with(String policy) {
    return Scratch.create(temp.resolve("with"), policy);
  }

  private static void refused(Answer answer, String rule, String why) {
    assertThat(answer.out()).startsWith("may NOT be released");
    assertThat(answer.out().lines().filter(it -> it.startsWith("  FAIL " + rule)))
        .as(answer.out())
        .anyMatch(it -> it.contains(why));
    assertThat(answer.code()).isEqualTo(4);
  }

  private static void allowed(Answer answer) {
    assertThat(answer.out()).startsWith("may be released").doesNotContain("FAIL");
    assertThat(answer.code()).as(answer.err()).isZero();
  }

  @Test
  void is_run_kept_committed_quoted_tagged_and_pushed_past_the_hook() throws Exception {
    Scratch repo = green();
    repo.file("jbang", "#!/bin/sh\nshift\nexec " + repo.checkout().command() + " \"$@\"\n");
    assertThat(repo.folder().resolve("jbang").toFile().setExecutable(true)).isTrue();
    Files.writeString(
        repo.folder().resolve(".git/info/exclude"), "jbang\n"); // not part of the release
    Path remote = temp.resolve("remote.git");
    repo.git("init", "-q", "--bare", remote.toString());
    repo.git("remote", "add", "origin", remote.toString());
    repo.file(".git/hooks/pre-push", "#!/bin/sh\necho \"before $1\" >&2\ncat >> .git/seen\n");
    assertThat(repo.folder().resolve(".git/hooks/pre-push").toFile().setExecutable(true)).isTrue();
    Answer hook = repo.now("gate", "--install-hook");
    assertThat(hook.code()).as(hook.err()).isZero();
    repo.git("push", "-q", "origin", "main");

    repo.git("tag", "v1.0");
    Checkout.Result early = repo.command(java.util.List.of("git", "push", "origin", "v1.0"));
    assertThat(early.code()).isNotZero();
    assertThat(early.err())
        .contains("may NOT be released: v1.0", "the commit holds none", "before");
    assertThat(repo.git("ls-remote", "origin")).doesNotContain("v1.0");
    repo.git("tag", "-d", "v1.0");

    repo.commit();
    allowed(repo.now("gate", "--tag", "v1.0"));
    Answer notes = repo.now("evidence", "notes");
    assertThat(notes.code()).as(notes.err()).isZero();
    repo.file("CHANGELOG.md", "# Changes\n\n" + notes.out()).commit();
    allowed(repo.now("gate", "--tag", "v1.0"));
    repo.git("tag", "-a", "-m", "one", "v1.0");
    repo.git("push", "-q", "origin", "v1.0");
    assertThat(repo.git("ls-remote", "origin")).contains("refs/tags/v1.0");
    assertThat(Files.readString(repo.folder().resolve(".git/seen"))).contains("refs/tags/v1.0");

    repo.git("tag", "nightly");
    repo.git("push", "-q", "origin", "nightly"); // no release's
    repo.git("push", "-q", "origin", ":v1.0");
    assertThat(repo.git("ls-remote", "origin")).doesNotContain("v1.0");
  }

  @Test
  void keeps_its_hook_once_however_often_it_is_installed() throws Exception {
    Scratch repo = green();
    repo.file(".git/hooks/pre-push", "#!/bin/sh\nexit 3\n");
    for (int i = 0; i < 2; i++) {
      assertThat(repo.now("gate", "--install-hook").code()).isZero();
    }
    assertThat(repo.folder().resolve(".git/hooks/pre-push.before-matrix"))
        .hasContent("#!/bin/sh\nexit 3");
  }

  @Test
  void is_refused_without_evidence() {
    refused(green().now("gate"), "evidence", "the commit holds none");
  }

  @Test
  void is_refused_with_evidence_for_other_content() {
    Scratch repo = green().commit().file("src/new.txt", "new\n").commit();
    refused(repo.now("gate"), "evidence", "src/new.txt changed");
  }

  @Test
  void is_refused_after_one_changed_byte_and_allowed_again_without_it() {
    Scratch repo = green().commit().file("src/main.txt", "maim\n").commit();
    refused(repo.now("gate"), "evidence", "src/main.txt changed");
    allowed(repo.file("src/main.txt", "main\n").commit().now("gate"));
  }

  @Test
  void is_refused_after_a_changed_mode() {
    Scratch repo = green().commit();
    assertThat(repo.folder().resolve("src/main.txt").toFile().setExecutable(true)).isTrue();
    refused(repo.commit().now("gate"), "evidence", "src/main.txt changed");
  }

  @Test
  void is_allowed_after_a_change_of_what_is_unbound() {
    allowed(green().commit().file("CHANGELOG.md", "# More\n").commit().now("gate"));
  }

  @Test
  void is_refused_where_the_signers_or_the_policy_change_after_the_run() {
    refused(
        green().commit().file("docs/allowed-signers", "# new\n").commit().now("gate"),
        "evidence",
        "docs/allowed-signers changed");
  }

  @Test
  void is_refused_without_the_commit_that_was_tested() {
    Scratch repo = green().commit();
    repo.git("checkout", "-q", "--orphan", "fresh");
    repo.commit();
    repo.git("branch", "-q", "-D", "main");
    repo.git("reflog", "expire", "--expire=now", "--all");
    repo.git("gc", "-q", "--prune=now");
    refused(repo.now("gate"), "tested commit", "isn't in this repository");
  }

  @Test
  void takes_a_partial_run_only_with_a_waiver_and_only_until_its_day() {
    Scratch repo = with(Scratch.POLICY).commit().ran("PARTIAL", "--set", "SKIP_B=1");
    Answer bare = repo.now("evidence", "promote");
    assertThat(bare.code()).isEqualTo(4);
    assertThat(bare.err()).contains("PARTIAL", "SKIP_B=1", "--waive");
    repo.promoted("--waive", "b | is `broken`", "--until", TOMORROW, "--by", "Ada").commit();
    allowed(repo.now("gate"));
    assertThat(repo.kept().resolve("README.md"))
        .content()
        .contains("Waived by Ada until " + TOMORROW);
    for (String report : List.of("junit.xml", "ctrf.json", "report.html")) {
      assertThat(repo.kept().resolve(report))
          .content()
          .contains("by Ada until " + TOMORROW + ": b | is `broken`");
    }
    refused(repo.after(Duration.ofDays(3), Map.of(), "gate"), "waiver", "ended with " + TOMORROW);
  }

  @Test
  void is_refused_with_a_partial_run_whose_waiver_somebody_took_out() throws Exception {
    Scratch repo = with(Scratch.POLICY).commit().ran("PARTIAL", "--set", "SKIP_B=1");
    repo.promoted("--waive", "why", "--until", TOMORROW, "--by", "Ada");
    Path manifest = repo.kept().resolve("evidence.json");
    Files.writeString(
        manifest, Files.readString(manifest).replaceFirst("\"waiver\" : \\{[^}]*\\},", ""));
    Scratch.rehash(repo.kept());
    assertThat(repo.now("evidence", "verify").out())
        .contains("README.md", "junit.xml", "ctrf.json", "report.html");
    without(repo.kept().resolve("README.md"), "(?m)^\\*\\*Waived.*\\*\\*\n\n");
    without(repo.kept().resolve("junit.xml"), "(?m)^ *<property name=\"waived\".*\n");
    without(repo.kept().resolve("ctrf.json"), "(?m)^ *\"waived\" :.*\n");
    without(repo.kept().resolve("report.html"), "<p class=\"strong waiver\">.*?</p>");
    Scratch.rehash(repo.kept());
    refused(repo.commit().now("gate"), "waiver", "nobody waived");
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"passed\",\"GOOD\"|\"failed\",\"BAD\"",
        "<span class=\"word\">GREEN</span>|<span class=\"word\">RED</span>",
        "</main>|<p>all is well</p></main>",
        "<style>|<style>p{}",
        "\"gone\":[]|\"gone\":[{\"leg\":\"a\",\"step\":\"\",\"group\":\"\",\"name\":\"\",\"number\":0}]",
      })
  void is_refused_where_its_page_isn_t_what_follows(String from, String to) throws Exception {
    Scratch repo = with(Scratch.POLICY).commit().ran("GREEN").ran("GREEN").promoted();
    Path page = repo.kept().resolve("report.html");
    String text = Files.readString(page);
    assertThat(text).contains(from);
    assertThat(repo.now("evidence", "verify").code()).isZero();
    Files.writeString(page, text.replace(from, to));
    Scratch.rehash(repo.kept());
    Answer verified = repo.now("evidence", "verify");
    assertThat(verified.code()).isEqualTo(4);
    assertThat(verified.out()).contains("report.html");
  }

  private static void without(Path file, String pattern) throws IOException {
    Files.writeString(file, Files.readString(file).replaceFirst(pattern, ""));
  }

  @Test
  void is_refused_where_a_leg_is_missing_in_the_evidence() throws Exception {
    Scratch repo = with(Scratch.POLICY).commit().ran("GREEN").promoted();
    Path kept = repo.kept();
    String yaml = Scratch.YAML + "  c: { title: The third }\n" + Scratch.POLICY;
    String before = Files.readString(kept.resolve("matrix.yaml"));
    Files.writeString(kept.resolve("matrix.yaml"), yaml);
    Scratch.rehash(kept);
    Answer verified = repo.now("evidence", "verify");
    assertThat(verified.out())
        .contains("leg `c` is missing", "isn't the one that the run was made");
    assertThat(verified.code()).isEqualTo(4);
    Files.writeString(kept.resolve("matrix.yaml"), before);
  }

  @Test
  void is_refused_where_a_required_toggle_was_off() {
    String policy = "gate: { require: [E2E] }\n";
    Scratch repo = with(policy).commit().ran("GREEN").promoted().commit();
    refused(repo.now("gate"), "toggle E2E", "it wasn't set");
    Scratch on = Scratch.create(temp.resolve("on"), policy).commit();
    on.ran("GREEN", "--set", "E2E=1").promoted().commit();
    allowed(on.now("gate"));
    assertThat(on.now("gate").out()).contains("step `e2e` of leg `a`");
  }

  @Test
  void is_refused_with_a_run_that_is_too_old_or_still_to_come() {
    Scratch repo = with("gate: { max-age: 7d }\n").commit().ran("GREEN").promoted().commit();
    allowed(repo.after(Duration.ofDays(6), Map.of(), "gate"));
    refused(repo.after(Duration.ofDays(8), Map.of(), "gate"), "age", "8 days ago");
    refused(repo.after(Duration.ofDays(-1), Map.of(), "gate"), "age", "still to come");
  }

  @Test
  void is_refused_unsigned_where_a_signature_is_asked_for() {
    Scratch repo = with("gate: { signature: required }\n").commit().ran("GREEN").promoted();
    refused(repo.commit().now("gate"), "signature", "it isn't signed");
  }

  @Test
  void is_refused_with_a_signature_of_the_wrong_signer_or_of_nobody() throws Exception {
    Path ada = temp.resolve("ada.pem");
    Path bob = temp.resolve("bob.pem");
    Path eve = temp.resolve("eve.pem");
    String lines =
        Scratch.key(ada, "ada@example.org", "ed25519", "")
            + Scratch.key(bob, "bob@example.org", "P-256", "");
    Scratch.key(eve, "eve@example.org", "ed25519", "");
    Scratch repo =
        with("gate: { signature: required, signers: [ada@example.org] }\n")
            .file("docs/allowed-signers", lines)
            .commit()
            .ran("GREEN");
    Scratch byAda = repo.copy(temp.resolve("by-ada")).promoted("--key", ada.toString()).commit();
    allowed(byAda.now("gate"));
    assertThat(byAda.now("gate").out()).contains("signed by ada@example.org");
    Scratch byBob = repo.copy(temp.resolve("by-bob")).promoted("--key", bob.toString()).commit();
    refused(byBob.now("gate"), "signature", "bob@example.org signed it");
    Scratch byEve = repo.copy(temp.resolve("by-eve")).promoted("--key", eve.toString()).commit();
    refused(byEve.now("gate"), "signature", "no valid signature");
    refused(byEve.now("gate"), "whole", "isn't in docs/allowed-signers");
  }

  @Test
  void is_refused_with_a_key_that_is_revoked_or_out_of_its_time() throws Exception {
    Path ada = temp.resolve("ada.pem");
    String line = Scratch.key(ada, "ada", "ed25519", "revoked=2026-01-01");
    Scratch revoked =
        with("gate: { signature: required }\n").file("docs/allowed-signers", line).commit();
    revoked.ran("GREEN").promoted("--key", ada.toString()).commit();
    refused(revoked.now("gate"), "whole", "was revoked on 2026-01-01");
    Scratch old =
        Scratch.create(temp.resolve("old"), "gate: { signature: required }\n")
            .file(
                "docs/allowed-signers",
                line.replace(" revoked=2026-01-01", "").replace("2099-01-01", "2020-02-01"))
            .commit();
    old.ran("GREEN").promoted("--key", ada.toString()).commit();
    refused(old.now("gate"), "whole", "counts from 2020-01-01 until 2020-02-01");
  }

  @Test
  void is_refused_with_evidence_that_brings_its_own_key() throws Exception {
    Path eve = temp.resolve("eve.pem");
    String line = Scratch.key(eve, "eve", "ed25519", "");
    Scratch repo = with("gate: { signature: required }\n").commit().ran("GREEN");
    repo.promoted("--key", eve.toString()).file("docs/allowed-signers", line).commit();
    refused(repo.now("gate"), "evidence", "docs/allowed-signers changed");
  }

  @Test
  void takes_no_run_of_selected_legs() {
    Scratch repo = with(Scratch.POLICY).commit().ran("GREEN", "a");
    Answer answer = repo.now("evidence", "promote");
    assertThat(answer.err()).contains("SELECTED: only a ran");
    assertThat(answer.code()).isEqualTo(4);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"", "a b", "v1\u001b[31m", "v..1", "v1.lock", "v1/"})
  void takes_no_tag_that_git_would_refuse(String name) {
    Answer answer = green().commit().now("gate", "--tag", name);
    assertThat(answer.err()).contains("can't name a tag").doesNotContain("\u001b");
    assertThat(answer.out()).isEmpty();
    assertThat(answer.code()).isEqualTo(2);
  }

  @Test
  void names_the_tag_that_is_on_another_commit_already() {
    Scratch repo = green().commit();
    repo.git("tag", "v1");
    repo.file("CHANGELOG.md", "# More\n").commit();
    Answer answer = repo.now("gate", "--tag", "v1", "--commit", "HEAD");
    assertThat(answer.err()).contains("tag `v1` is on commit");
    assertThat(answer.code()).isEqualTo(4);
  }
}
