package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import gate.cli.Scratch.Answer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Keeping a run")
class PromoteTest {
  private static final String CANARY = "canary-Zz9-8fb2c1";
  private static final String TOKEN = "ghp_" + "0123456789abcdefghijABCDEFGHIJ456789";
  private static final String UNTIL = LocalDate.now(ZoneOffset.UTC).plusDays(9).toString();

  @TempDir static Path shared;
  private static Scratch ran;

  @TempDir Path temp;

  /** GREEN, and nothing kept. */
  @BeforeAll
  static void run() {
    ran = Scratch.create(shared.resolve("ran"), Scratch.POLICY).commit().ran("GREEN");
  }

  private Scratch ran() {
    return ran.copy(temp.resolve("copy"));
  }

  private Scratch fresh() {
    return Scratch.create(temp.resolve("fresh"), Scratch.POLICY);
  }

  private static void refused(Scratch repo, Answer answer, String... parts) {
    assertThat(answer.err()).contains(parts).doesNotContain("Exception", "\tat ");
    assertThat(answer.code()).isEqualTo(4);
    assertThat(repo.folder().resolve("docs/evidence")).doesNotExist();
    assertThat(repo.folder().resolve(".cccc/work/promoting/evidence")).doesNotExist();
  }

  private static Path runOf(Scratch repo) throws Exception {
    try (Stream<Path> runs = Files.list(repo.folder().resolve(".cccc/work/integration-matrix"))) {
      return runs.max(Path::compareTo).orElseThrow();
    }
  }

  @Test
  void is_refused_for_a_red_run() {
    Scratch repo = fresh();
    repo.checkout().leg("b", "step('b') { exec 'false' }\n");
    repo.commit().ran("RED");
    refused(repo, repo.now("evidence", "promote"), "the run is RED", "`b` failed");
  }

  @Test
  void is_refused_for_a_dry_run() {
    Scratch repo = fresh().commit().ran("DRY", "--dry-run");
    refused(repo, repo.now("evidence", "promote"), "the run is DRY");
  }

  @Test
  void is_refused_for_a_run_that_was_cut_off() throws Exception {
    Scratch repo = ran();
    Path journal = runOf(repo).resolve("events.jsonl");
    List<String> lines = Files.readAllLines(journal);
    Files.write(journal, lines.subList(0, lines.size() - 1));
    refused(repo, repo.now("evidence", "promote"), "the run is INTERRUPTED");
  }

  @Test
  void is_refused_where_the_journal_says_better_than_it_replays() throws Exception {
    Scratch repo = ran();
    Path journal = runOf(repo).resolve("events.jsonl");
    Files.writeString(
        journal,
        Files.readString(journal).replaceFirst("\"outcome\":\"PASSED\"", "\"outcome\":\"FAILED\""));
    refused(repo, repo.now("evidence", "promote"), "RED", "the journal's last entry says GREEN");
  }

  @Test
  void is_refused_where_the_reports_say_other_than_the_journal() throws Exception {
    Scratch repo = fresh();
    repo.checkout().leg("b", "step('b') { exec 'false' }\n");
    repo.commit().ran("RED");
    Path journal = runOf(repo).resolve("events.jsonl");
    Files.writeString(
        journal,
        Files.readString(journal)
            .replace("\"outcome\":\"FAILED\"", "\"outcome\":\"PASSED\"")
            .replace("\"verdict\":\"RED\",\"exitCode\":1", "\"verdict\":\"GREEN\",\"exitCode\":0"));
    refused(
        repo,
        repo.now("evidence", "promote"),
        "junit.xml isn't what follows from the journal: it says ",
        "ctrf.json isn't what follows from the journal: it says ",
        "report.html isn't what follows from the journal: it says ",
        "; one of the two was changed after the run: run again");
  }

  @Test
  void is_refused_for_a_run_on_a_dirty_tree() {
    Scratch repo = fresh().commit().file("src/main.txt", "changed\n").ran("GREEN");
    refused(repo, repo.now("evidence", "promote"), "dirty tree", "commit or stash");
  }

  @Test
  void is_refused_for_a_run_with_a_file_that_no_commit_has() {
    Scratch repo = fresh().commit().file("src/new.txt", "new\n").ran("GREEN");
    refused(repo, repo.now("evidence", "promote"), "dirty tree");
  }

  @Test
  void is_refused_for_a_run_with_a_file_that_git_is_told_to_turn_back() {
    Scratch repo = fresh().commit();
    repo.git("config", "filter.x.clean", "sed s/changed/main/");
    repo.file(".git/info/attributes", "*.txt filter=x\n");
    repo.file("src/main.txt", "changed\n");
    repo.git("add", "-A");
    assertThat(repo.git("status", "--porcelain")).isEmpty();
    repo.ran("GREEN");
    refused(repo, repo.now("evidence", "promote"), "dirty tree", ": src/main.txt; commit or stash");
  }

  @Test
  void is_refused_for_a_run_with_a_link_to_what_no_commit_holds() throws Exception {
    Scratch repo = fresh();
    Path outside = Files.writeString(temp.resolve("outside.txt"), "1\n");
    Files.createSymbolicLink(repo.folder().resolve("src/out"), outside);
    Files.createSymbolicLink(repo.folder().resolve("src/in"), Path.of("main.txt"));
    Files.createSymbolicLink(repo.folder().resolve("src/nowhere"), Path.of("gone.txt"));
    repo.commit().ran("GREEN");
    Answer answer = repo.now("evidence", "promote");
    refused(repo, answer, "src/out is a link to ", "/outside.txt, which no commit holds; commit");
    assertThat(answer.err()).doesNotContain("src/in", "src/nowhere");
  }

  @Test
  void is_refused_for_a_run_that_dirtied_the_tree() {
    Scratch repo = fresh();
    repo.checkout().leg("b", "step('b') { shell 'echo more >> src/main.txt' }\n");
    repo.commit().ran("RED");
    refused(
        repo, repo.now("evidence", "promote"), "the run is RED", "changed while the run went on");
  }

  @Test
  void is_refused_outside_git() {
    Checkout project = new Checkout(temp).one("step('a') { exec 'true' }\n");
    assertThat(project.run().verdict()).startsWith("GREEN");
    Checkout.Result result = project.run("evidence", "promote");
    assertThat(result.err()).contains("lies in no git repository");
    assertThat(result.code()).isEqualTo(4);
  }

  @Test
  void is_refused_with_what_mends_it_where_git_does_not_trust_the_owner() throws Exception {
    Scratch repo = fresh();
    repo.checkout().one("step('a') { exec 'true' }\n");
    repo.commit().ran("GREEN");
    Path top = repo.checkout().folder();
    try (Stream<Path> files = Files.walk(top)) {
      assumeTrue(
          "root".equals(System.getProperty("user.name")), "only root can give a folder away");
      UserPrincipal nobody =
          top.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
      for (Path file : files.toList()) {
        Files.setOwner(file, nobody);
      }
    }
    Answer result = repo.now("evidence", "promote");
    assertThat(result.err())
        .contains(
            "git doesn't read %s, which belongs to another user".formatted(top),
            "`git config --global --add safe.directory %s`".formatted(top));
    assertThat(result.code()).isEqualTo(4);
  }

  @Test
  void is_refused_where_a_log_is_gone_or_is_a_link() throws Exception {
    Scratch repo = ran();
    Path log = runOf(repo).resolve("legs/a/01-says.log");
    Files.move(log, temp.resolve("elsewhere.log"));
    refused(repo, repo.now("evidence", "promote"), "legs/a/01-says.log", "isn't in");
    Files.createSymbolicLink(log, Path.of("/etc/passwd"));
    refused(repo, repo.now("evidence", "promote"), "01-says.log", "is no file, but a link");
  }

  @Test
  void is_refused_twice_for_one_run() {
    Scratch repo = ran().promoted();
    Answer answer = repo.now("evidence", "promote");
    assertThat(answer.err()).contains("is kept already");
    assertThat(answer.code()).isEqualTo(4);
    assertThat(repo.now("evidence", "verify").code()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "evidence promote --waive why|2|all three",
        "evidence promote --waive why --until tomorrow --by me|2|`tomorrow` is no day",
        "evidence promote --waive why --until 2020-01-01 --by me|4|ended with 2020-01-01",
        "evidence promote nonesuch|2|there is no run `nonesuch`",
        "evidence promote --key nonesuch.pem|2|no such file",
        "evidence promote --key legs|2|`legs` is a folder",
        "evidence promot|2|did you mean `promote`",
        "evidence|2|promote, verify",
        "evidence verify nonesuch|2|`matrix evidence list`",
        "evidence verify|4|`matrix evidence promote` keeps one",
        "evidence notes|4|`matrix evidence promote` keeps one",
        "evidence prune --keep 0|2|from 1 to",
        "gate --commit nonesuch|2|there is no commit `nonesuch`",
        "gate --tags v1|2|did you mean `--tag`",
      })
  void says_what_is_wrong_with(String words, int code, String why) {
    Scratch repo = ran();
    Answer answer = repo.now(words.split(" "));
    assertThat(answer.err()).contains(why).doesNotContain("Exception");
    assertThat(answer.code()).isEqualTo(code);
  }

  @Test
  void is_refused_where_a_declared_secret_is_found_and_says_where() throws Exception {
    Scratch repo = ran();
    Path log = runOf(repo).resolve("legs/b/01-b.log");
    Files.writeString(log, "one\ntwo " + CANARY + "\n");
    Map<String, String> env = Map.of("PASSWORD", CANARY);
    Answer answer = repo.after(Duration.ZERO, env, "evidence", "promote");
    refused(repo, answer, "01-b.log:2 holds the secret PASSWORD");
    assertThat(answer.err()).doesNotContain(CANARY);
  }

  @Test
  void is_refused_where_the_journal_holds_a_secret_or_a_token() throws Exception {
    Scratch repo = ran();
    Path journal = runOf(repo).resolve("events.jsonl");
    String text = Files.readString(journal);
    Files.writeString(journal, text.replace("\"text\":\"echo hello", "\"text\":\"echo " + TOKEN));
    refused(repo, repo.now("evidence", "promote"), "events.jsonl:", "looks like a GitHub token");
    Files.writeString(journal, text.replace("\"text\":\"echo hello", "\"text\":\"echo " + CANARY));
    Map<String, String> env = Map.of("PASSWORD", CANARY);
    refused(
        repo,
        repo.after(Duration.ZERO, env, "evidence", "promote"),
        "events.jsonl:",
        "holds the secret PASSWORD");
  }

  @Test
  void masks_what_looks_like_a_token_in_logs_and_says_where() throws Exception {
    Scratch repo = ran();
    String key = "-----BEGIN PRIVATE KEY-----\nMC4CAQ\nabc\n-----END PRIVATE KEY-----\n";
    String filler = "x".repeat(1 << 20) + "\n";
    Files.writeString(
        runOf(repo).resolve("legs/b/01-b.log"),
        "one\ntwo " + TOKEN + "\n" + filler.repeat(2) + key + "end\n");
    repo.promoted();
    String kept;
    try (var in =
        new GZIPInputStream(Files.newInputStream(repo.kept().resolve("legs/b/01-b.log.gz")))) {
      kept = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(kept)
        .isEqualTo(
            "one\ntwo [masked GitHub token]\n" + filler.repeat(2) + "[masked private key]\nend\n");
    assertThat(Files.readString(repo.kept().resolve("evidence.json")))
        .contains("\"line\" : 2", "GitHub token", "\"line\" : 5", "private key");
    assertThat(repo.now("evidence", "verify").out()).startsWith("ok");
  }

  @Test
  void keeps_canaries_out_of_every_byte() throws Exception {
    Scratch repo = fresh();
    repo.checkout()
        .leg("a", "step('says') { exec 'echo', toggles.PASSWORD.value() }\n")
        .env("PASSWORD", CANARY);
    repo.commit().ran("GREEN");
    Answer answer = repo.after(Duration.ZERO, Map.of("PASSWORD", CANARY), "evidence", "promote");
    assertThat(answer.code()).as(answer.err()).isZero();
    try (Stream<Path> all = Files.walk(repo.kept())) {
      for (Path path : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        assertThat(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1))
            .as(path.toString())
            .doesNotContain(CANARY);
      }
    }
  }

  @Test
  void leaves_out_the_logs_that_the_budget_has_no_room_for_with_their_hash() throws Exception {
    Scratch repo = Scratch.create(temp.resolve("small"), "gate: { budget: 1MiB }\n");
    repo.checkout().leg("b", "step('b') { exec 'head', '-c', '3000000', '/dev/urandom' }\n");
    repo.commit().ran("GREEN").promoted();
    String manifest = Files.readString(repo.kept().resolve("evidence.json"));
    assertThat(manifest)
        .contains("the logs have no more room than `budget` in matrix.yaml gives them");
    assertThat(repo.kept().resolve("legs/a/01-says.log")).exists();
    assertThat(repo.kept().resolve("legs/b")).isEmptyDirectory();
    String sum =
        repo.command(List.of("sha256sum", runOf(repo).resolve("legs/b/01-b.log").toString()))
            .out()
            .substring(0, 64);
    assertThat(manifest).contains(sum);
    assertThat(repo.now("evidence", "verify").code()).isZero();
  }

  @Test
  void is_checked_by_plain_sha256sum_and_survives_a_clone_that_changes_line_ends()
      throws Exception {
    Scratch repo = ran().promoted().commit();
    assertThat(
            repo.command(
                    List.of(
                        "sh",
                        "-c",
                        "cd docs/evidence/integration-matrix-* && sha256sum -c SHA256SUMS"))
                .code())
        .isZero();
    repo.git(
        "-c",
        "core.autocrlf=true",
        "clone",
        "-q",
        repo.folder().toString(),
        temp.resolve("clone").toString());
    assertThat(temp.resolve("clone/src/main.txt")).hasContent("main");
    Answer answer =
        repo.now(
            "evidence",
            "verify",
            temp.resolve("clone/docs/evidence").resolve(repo.kept().getFileName()).toString());
    assertThat(answer.out()).startsWith("ok");
  }

  @Test
  void counts_a_service_that_the_user_named_only_with_a_version_or_a_waiver() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String[] body = {"{}"};
    server.createContext(
        "/healthz",
        exchange -> {
          byte[] bytes = body[0].getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      Scratch repo = fresh();
      repo.checkout().env("STORE_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort());
      repo.checkout().leg("a", "step('asks') { http.get(services.store.url() + '/healthz') }\n");
      repo.commit();
      Checkout.Result result = repo.checkout().run();
      assertThat(result.verdict()).as(result.out() + result.err()).startsWith("GREEN");
      refused(
          repo,
          repo.now("evidence", "promote"),
          "store at http://127.0.0.1",
          "tells neither version nor commit");
      repo.promoted("--waive", "it is old", "--until", UNTIL, "--by", "Ada").commit();
      assertThat(repo.now("gate").code()).isZero();
      Answer later = repo.after(Duration.ofDays(30), Map.of(), "gate");
      assertThat(later.out()).contains("FAIL services", "FAIL waiver");
      body[0] = "{\"status\":\"ok\",\"version\":\"1.2.3\"}";
      repo.file("src/main.txt", "next\n").commit();
      assertThat(repo.checkout().run().verdict()).startsWith("GREEN");
      repo.promoted();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void leaves_the_old_state_when_it_is_killed_and_works_the_next_time() throws Exception {
    Scratch repo = fresh();
    repo.checkout().leg("b", "step('b') { exec 'head', '-c', '200000000', '/dev/zero' }\n");
    repo.commit().ran("GREEN");
    Path out = temp.resolve("out");
    Path staging = repo.folder().resolve(".cccc/work/promoting/evidence/legs");
    Process promote = repo.checkout().start(out, out, "evidence", "promote");
    try {
      for (int i = 0; i < 3000 && !Files.exists(staging) && promote.isAlive(); i++) {
        Thread.sleep(10);
      }
      assumeTrue(promote.isAlive(), "it was too quick to be killed");
    } finally {
      promote.destroyForcibly();
    }
    assertThat(promote.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(repo.folder().resolve("docs/evidence")).doesNotExist();
    repo.promoted();
    assertThat(repo.folder().resolve(".cccc/work/promoting/evidence")).doesNotExist();
    assertThat(repo.now("evidence", "verify").code()).isZero();
  }

  @Test
  void is_one_at_a_time() throws Exception {
    Scratch repo = ran();
    Path lock = repo.folder().resolve(".cccc/work/promoting/lock");
    Files.createDirectories(lock.getParent());
    Path out = temp.resolve("out");
    Process holder =
        repo.checkout()
            .shellAside(
                "exec 9>"
                    + lock
                    + "; python3 -c 'import fcntl,time; fcntl.lockf(9, fcntl.LOCK_EX);"
                    + " open(\""
                    + out
                    + "\", \"w\").close(); time.sleep(100)'");
    try {
      for (int i = 0; i < 1000 && !Files.exists(out); i++) {
        Thread.sleep(10);
      }
      assumeTrue(Files.exists(out), "no python to hold the lock");
      Answer answer = repo.now("evidence", "promote");
      assertThat(answer.err()).contains("another process keeps a run just now");
      assertThat(answer.code()).isEqualTo(4);
    } finally {
      holder.descendants().forEach(ProcessHandle::destroyForcibly);
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void leaves_the_old_state_when_the_disk_is_full() throws Exception {
    Scratch repo = fresh();
    repo.checkout().leg("b", "step('b') { exec 'head', '-c', '6000000', '/dev/urandom' }\n");
    repo.commit().ran("GREEN");
    Checkout.Result result =
        repo.checkout()
            .inNamespace(
                """
                mkdir -p .cccc/work/promoting
                mount -t tmpfs -o size=2m none .cccc/work/promoting || { echo no-mount; exit 0; }
                $GATE evidence promote; echo "code $?"
                """);
    assumeTrue(!result.out().contains("no-mount"), "no tmpfs can be mounted here");
    assertThat(result.out()).contains("nothing was kept", "No space left", "code 4");
    assertThat(repo.folder().resolve("docs/evidence")).doesNotExist();
    repo.promoted();
  }

  @Test
  void takes_bounded_memory_whatever_the_size_of_the_logs() throws Exception {
    long bytes = Long.getLong("gate.promote.bytes", 300L << 20);
    Scratch repo = fresh();
    repo.checkout()
        .leg(
            "b",
            "step('b') { shell '{ yes a line of a log || true; } | head -c %d' }\n"
                .formatted(bytes));
    repo.commit().ran("GREEN");
    repo.checkout().env("JDK_JAVA_OPTIONS", "-Xmx64m");
    Checkout.Result result = repo.checkout().run("evidence", "promote");
    assertThat(result.code()).as(result.err()).isZero();
    repo.checkout().env("JDK_JAVA_OPTIONS", "-Xmx64m");
    assertThat(repo.checkout().run("evidence", "verify").out()).startsWith("ok");
  }

  @Test
  void takes_a_workspace_in_its_own_repository_for_a_part_of_it() {
    Scratch repo = fresh();
    repo.file(
            "matrix.yaml",
            Scratch.YAML.replace(
                    "toggles:", "workspaces: { platform: { path: deep/ws } }\ntoggles:")
                + Scratch.POLICY)
        .file("deep/ws/Cargo.toml", "[workspace]\nmembers = []\n")
        .commit()
        .ran("GREEN")
        .promoted()
        .commit();
    Answer answer = repo.now("gate");
    assertThat(answer.code()).as(answer.out()).isZero();
    assertThat(answer.out()).doesNotContain("elsewhere");
  }

  @Test
  void binds_a_workspace_in_another_repository() throws Exception {
    Path other = temp.resolve("other");
    Scratch platform = Scratch.create(other, "");
    platform.file("Cargo.toml", "[workspace]\nmembers = []\n").commit();
    Scratch repo = fresh();
    repo.file(
            "matrix.yaml",
            Scratch.YAML.replace(
                    "toggles:",
                    "workspaces: { platform: { path: ws, env: MATRIX_WORKSPACE } }\ntoggles:")
                + Scratch.POLICY)
        .file("ws/Cargo.toml", "[workspace]\nmembers = []\n")
        .commit();
    repo.checkout().env("MATRIX_WORKSPACE", other.toString());
    Checkout.Result result = repo.checkout().run();
    assertThat(result.verdict()).as(result.out() + result.err()).startsWith("GREEN");
    repo.promoted().commit();
    Map<String, String> env = Map.of("MATRIX_WORKSPACE", other.toString());
    Answer same = repo.after(Duration.ZERO, env, "gate");
    assertThat(same.code()).as(same.out() + same.err()).isZero();
    Answer without = repo.now("gate");
    assertThat(without.out()).contains("FAIL content elsewhere");
    platform.file("src/main.txt", "more\n").commit();
    Answer changed = repo.after(Duration.ZERO, env, "gate");
    assertThat(changed.out()).contains("FAIL content elsewhere", "FAIL workspace platform");
    platform.file("src/main.txt", "dirty\n");
    repo.file("src/main.txt", "next\n").commit();
    assertThat(repo.checkout().run().verdict()).startsWith("GREEN");
    Answer dirty = repo.now("evidence", "promote");
    assertThat(dirty.err()).contains("files in " + other.toRealPath(), "commit or stash them");
    assertThat(dirty.code()).isEqualTo(4);
  }
}
