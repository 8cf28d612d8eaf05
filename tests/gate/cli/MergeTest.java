package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import gate.journal.Event.PartMerged;
import gate.journal.JournalReader;
import gate.journal.RunRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A merged run")
class MergeTest {
  private static final String RUSTC =
      "\"facts\":[{\"name\":\"rustc\",\"state\":\"present\",\"level\":\"present\",\"proof\":\"p\",\"fix\":\"\",\"details\":{\"version\":\"%s\"}},";

  private static final String STORE =
      "\"facts\":[{\"name\":\"service"
          + " store\",\"state\":\"present\",\"level\":\"healthy\",\"proof\":\"p\",\"fix\":\"\",\"details\":{\"version\":\"1\",\"commit\":\"%s\"}},";

  @TempDir static Path shared;
  private static Parted two;

  @TempDir Path temp;

  @BeforeAll
  static void run() {
    two = Parted.create(shared.resolve("two")).shards(2);
  }

  private Parted two() {
    return two.copy(temp.resolve("copy"));
  }

  private static void red(Parted parted, Scratch.Answer answer, String why) {
    assertThat(answer.out()).contains("RED", why);
    assertThat(answer.code()).isEqualTo(1);
    assertThat(parted.merged("junit.xml")).contains("<failure");
    assertThat(parted.merged("summary.md")).contains("RED");
    assertThat(parted.merged("ctrf.json")).contains("\"verdict\" : \"RED\"");
    RunRecord run = RunRecord.of(JournalReader.read(parted.at("merged").resolve("events.jsonl")));
    assertThat(gate.journal.Judge.replayed(run).kind()).isEqualTo(gate.journal.Verdict.Kind.RED);
    assertThat(run.finished().orElseThrow().reasons()).anyMatch(it -> it.contains(why));
  }

  @Test
  void of_five_shards_says_what_one_machine_says() throws Exception {
    Parted parted = Parted.create(temp.resolve("five")).shards(5);
    parted.checkout().run();
    String alone = Checkout.read(parted.folder().resolve(".cccc/work/results/junit.xml"));
    List<Object> folders = new ArrayList<>();
    for (int i = 1; i <= 5; i++) { // names say nothing
      folders.add(Files.move(parted.at("s" + i), parted.at("download-" + (i * 3 % 5 + 1))));
    }
    Scratch.Answer answer = parted.merge(folders.toArray());
    assertThat(answer.out()).as(answer.err()).contains("GREEN  6 legs, 7 steps passed");
    assertThat(answer.code()).isZero();
    assertThat(Parted.timeless(parted.merged("junit.xml"))).isEqualTo(Parted.timeless(alone));
    assertThat(Checkout.read(parted.folder().resolve(".cccc/work/results/junit.xml")))
        .isEqualTo(parted.merged("junit.xml"));
    assertThat(parted.merged("legs/a/01-says.log")).contains("hello");
    assertThat(parted.merged("legs/d@n=2/01-d.log")).contains("\n2\n");
    RunRecord run = RunRecord.of(JournalReader.read(parted.at("merged").resolve("events.jsonl")));
    assertThat(run.merged().stream().map(it -> it.part().index())).containsExactly(1, 2, 3, 4, 5);
    assertThat(parted.merged("summary.md"))
        .contains("| part | came to |", "| shard 5/5 | GREEN | 1 | ");
    assertThat(
            parted.scratch().now("report", parted.at("merged").toString(), "--as", "replay").out())
        .contains("6 legs", "merged from 5 parts", "+ d@n=2  passed");
    assertThat(run.merged()).allMatch(it -> !it.started().facts().isEmpty());
    assertThat(run.merged().stream().map(PartMerged::journal).distinct()).hasSize(5);
    assertThat(parted.scratch().now("report", parted.at("merged").toString()).out())
        .isEqualTo(answer.out());
  }

  @Test
  void of_shards_from_checkouts_in_different_folders_is_green() throws Exception {
    Parted one = Parted.create(temp.resolve("one"));
    one.scratch()
        .file(
            "matrix.yaml",
            Parted.YAML.replace(
                    "legs:", "  CONFIG: { type: path, default: src, help: A folder }\nlegs:")
                + Scratch.POLICY)
        .commit();
    Parted other = one.copy(temp.resolve("other"));
    one.part("s1", "--shard", "1/2");
    other.part("s2", "--shard", "2/2");
    Scratch.Answer answer = one.merge("s1", other.at("s2"));
    assertThat(answer.out()).contains("GREEN  6 legs");
    assertThat(one.merged("events.jsonl")).contains(other.folder().resolve("src").toString());
  }

  @Test
  void can_be_kept_verified_and_released_like_any_other() {
    Parted parted = two();
    assertThat(parted.merge("s1", "s2").code()).isZero();
    parted.scratch().promoted(parted.at("merged").toString());
    Scratch.Answer verified = parted.scratch().now("evidence", "verify");
    assertThat(verified.code()).as(verified.err()).isZero();
    parted.scratch().commit();
    Scratch.Answer gate = parted.scratch().after(Duration.ofHours(1), Map.of(), "gate");
    assertThat(gate.out()).startsWith("may be released");
    assertThat(gate.code()).isZero();
  }

  @Test
  void is_as_old_as_its_oldest_part() {
    Parted parted = Parted.create(temp.resolve("old"));
    parted
        .scratch()
        .file("matrix.yaml", Parted.YAML + Scratch.POLICY.replace(" }", ", max-age: 7d }"))
        .commit();
    parted.part(Duration.ofDays(-10), "s1", "--shard", "1/2");
    parted.part("s2", "--shard", "2/2");
    assertThat(parted.merge("s1", "s2").out()).contains("GREEN  6 legs");
    parted.scratch().promoted(parted.at("merged").toString()).commit();
    Scratch.Answer gate = parted.scratch().now("gate");
    assertThat(gate.out()).contains("its oldest part ended 10 days ago, and `max-age` is 7 days");
    assertThat(gate.code()).isEqualTo(4);
  }

  @Test
  void does_not_depend_on_the_order_in_which_its_parts_are_named() throws Exception {
    Parted parted = two();
    assertThat(parted.merge("s2", "s1").code()).isZero();
    String one = untitled(parted);
    Files.move(parted.at("merged"), parted.at("first"));
    assertThat(parted.merge("s1", "s2").code()).isZero();
    assertThat(untitled(parted)).isEqualTo(one);
  }

  /** The journal without what tells of the merge itself. */
  private static String untitled(Parted parted) {
    return parted
        .merged("events.jsonl")
        .replaceAll("(?m)^.*\"event\":\"run-(started|finished).*$", "");
  }

  private interface Wrong {
    void make(Parted parted) throws Exception;
  }

  private static Arguments wrong(String what, String why, Wrong wrong, String... parts) {
    return Arguments.of(what, why, wrong, parts.length == 0 ? List.of("s1", "s2") : List.of(parts));
  }

  private static Wrong forged(String from, String to) {
    return parted -> parted.forge("s2", text -> text.replace(from, to));
  }

  /** The second shard, run anew after something has changed. */
  private static Wrong anew(Wrong change, String... words) {
    return parted -> {
      Files.move(parted.at("s2"), parted.at("before"));
      change.make(parted);
      List<String> argv = new ArrayList<>(List.of("--shard", "2/2"));
      argv.addAll(List.of(words));
      parted.part("s2", argv.toArray(String[]::new));
    };
  }

  private static Wrong nothing() {
    return _ -> {};
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong(
            "a missing shard",
            "shard 2/2 is missing; name the folder of each, or run it on the same commit",
            nothing(),
            "s1"),
        wrong(
            "a doubled shard",
            "shard 2/2 is there 2 times, of which only one can count",
            nothing(),
            "s1",
            "s2",
            "s2"),
        wrong(
            "a doubled shard under another name",
            "shard 2/2 is there 2 times, of which only one can count",
            parted ->
                new ProcessBuilder(
                        "cp", "-r", parted.at("s2").toString(), parted.at("s3").toString())
                    .start()
                    .waitFor(),
            "s1",
            "s2",
            "s3"),
        wrong(
            "a whole run",
            "it holds a run that isn't a part of one",
            parted -> parted.part("whole"),
            "s1",
            "s2",
            "whole"),
        wrong(
            "a run that can't be read",
            "holds no part of a run",
            parted -> parted.forge("s2", text -> text.replace("\"seq\":3,", "\"seq\":4,"))),
        wrong(
            "a shard of fewer",
            "the parts differ in their number of parts: `2` in shard 1/2, `3` in shard 2/3",
            parted -> parted.part("third", "--shard", "2/3"),
            "s1",
            "third"),
        wrong(
            "another commit",
            "the parts differ in their commit",
            anew(parted -> parted.scratch().file("src/main.txt", "other\n").commit())),
        wrong(
            "another content of the same commit",
            "the parts differ in their sources",
            anew(parted -> parted.scratch().file("src/main.txt", "other\n"))),
        wrong(
            "a dirty tree",
            "shard 2/2 in `",
            anew(parted -> parted.scratch().file("new.txt", "new\n"))),
        wrong(
            "another matrix.yaml",
            "the parts differ in their matrix.yaml",
            anew(parted ->
                parted.scratch().file("matrix.yaml", Parted.YAML + Scratch.POLICY + "#\n"))),
        wrong(
            "another script of a leg that it doesn't run",
            "the parts differ in their scripts",
            anew(parted ->
                parted.scratch().file("legs/a.groovy", "step('says') { exec 'true' }\n"))),
        wrong(
            "another toggle",
            "the parts differ in their toggle `E2E`: not set in shard 1/2, `1` in shard 2/2",
            anew(nothing(), "--set", "E2E=1")),
        wrong(
            "another environment",
            "the parts differ in their variable `RUSTFLAGS`",
            anew(parted -> parted.env("RUSTFLAGS", "-C opt-level=3"))),
        wrong(
            "a variable that tests may go by",
            "the parts differ in their variable `CI`: `true` in shard 2/2, not set in shard 1/2",
            anew(parted -> parted.env("CI", "true"))),
        wrong(
            "another version of a tool",
            "the parts differ in their version of `rustc`: `1.90.0` in shard 1/2, `1.91.0` in shard"
                + " 2/2",
            parted -> {
              parted.forge("s1", it -> it.replace("\"facts\":[", RUSTC.formatted("1.90.0")));
              parted.forge("s2", it -> it.replace("\"facts\":[", RUSTC.formatted("1.91.0")));
            }),
        wrong(
            "a commit that was left while it began",
            "the parts differ in their sources",
            parted ->
                parted.forge(
                    "s2",
                    it -> it.replaceAll("(\"sources\":.*?\"commit\":\")[0-9a-f]{4}", "$1ffff"))),
        wrong(
            "another commit of a service",
            "the parts differ in their commit of `service store`: `1111111` in shard 1/2, `2222222`"
                + " in shard 2/2",
            parted -> {
              parted.forge("s1", it -> it.replace("\"facts\":[", STORE.formatted("1111111")));
              parted.forge("s2", it -> it.replace("\"facts\":[", STORE.formatted("2222222")));
            }),
        wrong(
            "another version of the gate",
            "the parts differ in their gate's version",
            forged("\"gate\":\"" + Version.GATE, "\"gate\":\"9.9.9")),
        wrong(
            "another number of repetitions",
            "the parts differ in their --repeat",
            anew(nothing(), "--repeat", "2")),
        wrong(
            "other durations",
            "the parts differ in their plan, or in what each of them runs of it",
            parted -> {
              parted.scratch().file("slow/events.jsonl", parted.durations("b", "e")).commit();
              parted.part("t1", "--shard", "1/2");
              parted.part("t2", "--shard", "2/2", "--durations", "slow");
            },
            "t1",
            "t2"),
        wrong(
            "a leg in two shards",
            "the legs of all parts together aren't the plan",
            forged("\"title\":\"The second\"", "\"title\":\"The 2nd\"")),
        wrong(
            "a leg that is planned away",
            "the legs of all parts together aren't the plan",
            forged(
                "\"decision\":\"run\",\"why\":\"\",\"asked\":false,\"allow\":[],\"steps\":[{\"step\":1,\"name\":\"b\"",
                "\"decision\":\"planned\",\"why\":\"\",\"asked\":false,\"allow\":[],\"steps\":[{\"step\":1,\"name\":\"b\"")),
        wrong("an interrupted shard", "it was cut off, or still runs", cutOff()),
        wrong("a stopped shard", "it was interrupted", stopped()),
        wrong("a dry shard", "it was a dry run: nothing ran", anew(nothing(), "--dry-run")),
        wrong(
            "a shard of selected legs",
            "it was SELECTED",
            forged("\"selected\":[]", "\"selected\":[\"b\"]")),
        wrong(
            "a journal that says better than it is",
            "its journal's last entry says GREEN, its other entries say RED",
            forged(
                "\"outcome\":\"PASSED\",\"reason\":\"\",\"repeat\"",
                "\"outcome\":\"FAILED\",\"reason\":\"\",\"repeat\"")),
        wrong(
            "a red shard",
            "leg `b` failed",
            parted -> {
              parted.scratch().file("legs/b.groovy", "step('b') { exec 'false' }\n").commit();
              parted.part("t1", "--shard", "1/2");
              parted.part("t2", "--shard", "2/2");
            },
            "t1",
            "t2"),
        wrong(
            "a log that is gone",
            "the file legs/b/01-b.log is missing",
            parted -> Files.delete(parted.at("s2").resolve("legs/b/01-b.log"))),
        wrong(
            "a log that is a link",
            "isn't copied: it is no file, but a link or the like",
            parted -> {
              Path log = parted.at("s2").resolve("legs/b/01-b.log");
              Files.delete(log);
              Files.createSymbolicLink(log, Path.of("../../../../src/main.txt"));
            }),
        wrong(
            "a folder that is a link",
            "isn't copied: it is no folder, but a link or the like",
            parted -> {
              Files.move(parted.at("s2").resolve("legs"), parted.at("s2").resolve("moved"));
              Files.createSymbolicLink(parted.at("s2").resolve("legs"), Path.of("moved"));
            }),
        wrong(
            "a journal that is a link",
            "holds no part of a run",
            parted -> {
              Path journal = parted.at("s2").resolve("events.jsonl");
              Files.move(journal, parted.at("s2").resolve("moved"));
              Files.createSymbolicLink(journal, Path.of("moved"));
            }),
        wrong(
            "a log elsewhere",
            "names the file `../../../../etc/passwd`, which isn't its own",
            forged("legs/b/01-b.log", "../../../../etc/passwd")),
        wrong(
            "a log of another's leg",
            "names the file `legs/a/01-says.log`, which isn't its own",
            forged("legs/b/01-b.log", "legs/a/01-says.log")),
        wrong(
            "a part of more than there can be",
            "what it says of the part that it is makes no sense",
            forged("\"count\":2", "\"count\":2147483647")),
        wrong(
            "a start in another age",
            "its journal's last entry says GREEN, its other entries say RED",
            parted ->
                parted.forge(
                    "s2",
                    text ->
                        text.replaceFirst(
                                "\"at\":\"[^\"]*\"", "\"at\":\"+1000000000-12-31T23:59:59Z\"")
                            .replace(
                                "\"outcome\":\"PASSED\",\"reason\":\"\",\"repeat\"",
                                "\"outcome\":\"FAILED\",\"reason\":\"\",\"repeat\""))),
        wrong(
            "places that make no sense",
            "what it says of the part that it is makes no sense",
            forged("\"places\":[", "\"places\":[0,")));
  }

  private static Wrong cutOff() {
    return parted -> parted.forge("s2", text -> text.replaceAll("(?m)^.*run-finished.*\n", ""));
  }

  private static Wrong stopped() {
    return parted ->
        parted.forge(
            "s2",
            text ->
                text.replaceAll(
                        "(?m)^\\{\"seq\":(\\d+),(.*)\"event\":\"run-finished\".*\n",
                        "{\"seq\":$1,$2\"event\":\"run-finished\",\"verdict\":\"INTERRUPTED\",\"exitCode\":130,\"reasons\":[],\"millis\":1}\n")
                    .replace(
                        "\"outcome\":\"PASSED\",\"reason\":\"\",\"millis\"",
                        "\"outcome\":\"INTERRUPTED\",\"reason\":\"\",\"millis\""));
  }

  @ParameterizedTest(name = "is red for {0}")
  @MethodSource("wrong")
  void is_red_for(String what, String why, Wrong wrong, List<String> parts) throws Exception {
    Parted parted = two();
    wrong.make(parted);
    red(parted, parted.merge(parts.toArray()), why);
    assertThat(Files.isSymbolicLink(parted.at("merged").resolve("legs/b/01-b.log"))).isFalse();
  }

  @ParameterizedTest(name = "is refused with {0}, and nothing is written")
  @CsvSource(
      delimiter = '|',
      value = {
        "no folder|nowhere|there is no folder `nowhere`",
        "a file|matrix.yaml|there is no folder `matrix.yaml`",
        "a folder without a journal|legs|`legs` holds no events.jsonl",
        "an empty text|''|an empty text names no shard",
      })
  void is_refused_for(String what, String part, String why) throws Exception {
    Parted parted = two();
    Scratch.Answer answer =
        parted.scratch().now("merge", parted.at("s1").toString(), part, "--log-dir", "merged");
    assertThat(answer.err()).contains(why);
    assertThat(answer.code()).isEqualTo(2);
    assertThat(parted.at("merged")).doesNotExist();
    assertThat(parted.scratch().folder().resolve("merged")).doesNotExist();
  }

  /** What a server says of itself, where two legs ask for one that the user names. */
  private static HttpServer store(String commit) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              "{\"service\":\"store\",\"version\":\"1\",\"commit\":\"%s\"}"
                  .formatted(commit)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private Parted asking() {
    Parted parted = Parted.create(temp.resolve("asking"));
    String asks = "step('asks') { http.get(\"${services.store.url()}/\") }\n";
    parted
        .scratch()
        .file(
            "matrix.yaml",
            Parted.YAML
                    .replace(
                        "legs:",
                        "services:\n"
                            + "  store: { endpoint: STORE_ENDPOINT, health: /healthz, started-by:"
                            + " tests }\n"
                            + "legs:")
                    .replaceAll("(title: The (?:first|second))", "$1, services: [store]")
                + Scratch.POLICY)
        .file("legs/a.groovy", asks)
        .file("legs/b.groovy", asks)
        .commit();
    return parted;
  }

  @Test
  void is_red_where_the_shards_asked_different_servers() throws Exception {
    Parted parted = asking();
    HttpServer one = store("1111111");
    HttpServer other = store("1111111");
    try {
      parted.env("STORE_ENDPOINT", url(one));
      parted.part("s1", "--shard", "1/2");
      parted.part("s2", "--shard", "2/2");
      assertThat(parted.merge("s1", "s2").out()).contains("GREEN  6 legs");
      parted.env("STORE_ENDPOINT", url(other));
      parted.part("t2", "--shard", "2/2");
      Files.move(parted.at("merged"), parted.at("before"));
      String why = "the parts differ in their endpoint of `store`: `%s` in shard 1/2, `%s` in";
      red(parted, parted.merge("s1", "t2"), why.formatted(url(one), url(other)));
    } finally {
      one.stop(0);
      other.stop(0);
    }
  }

  @Test
  void is_red_where_only_one_of_the_shards_asked_a_named_server() throws Exception {
    Parted parted = asking();
    parted.scratch().file("legs/b.groovy", "step('starts its own') { exec 'true' }\n").commit();
    parted.part("s2", "--shard", "2/2");
    HttpServer store = store("1111111");
    try {
      parted.env("STORE_ENDPOINT", url(store));
      parted.part("s1", "--shard", "1/2");
    } finally {
      store.stop(0);
    }
    String why =
        "the parts differ in their endpoint of `store`: `%s` in shard 1/2, not set in shard 2/2";
    red(parted, parted.merge("s1", "s2"), why.formatted(url(store)));
  }

  @Test
  void of_legs_that_ran_one_by_one_is_green_where_what_they_took_on_trust_is_true() {
    Parted parted = Parted.create(temp.resolve("legs"));
    List<Object> parts = new ArrayList<>();
    for (String leg : List.of("c", "a", "b", "d@n=1", "d@n=2", "e")) {
      Scratch.Answer result = parted.part(leg, "--part", leg);
      assertThat(result.code()).as(result.out() + result.err()).isZero();
      assertThat(result.out().contains("takes it that a passed elsewhere"))
          .isEqualTo(leg.equals("c"));
      parts.add(leg);
    }
    assertThat(parted.merge(parts.toArray()).out()).contains("GREEN  6 legs");
  }

  @Test
  void of_legs_is_red_where_what_one_took_on_trust_is_false() {
    Parted parted = Parted.create(temp.resolve("legs"));
    parted.scratch().file("legs/a.groovy", "step('a') { exec 'false' }\n").commit();
    for (String leg : List.of("a", "c")) {
      parted.part(leg, "--part", leg);
    }
    red(
        parted,
        parted.merge("a", "c"),
        "ran leg `c` in the belief that `a` had passed, which ended as failed");
  }

  @Test
  void of_a_shard_that_was_resumed_counts_each_leg_once() throws Exception {
    Parted parted = two();
    Path journal = parted.at("s1").resolve("events.jsonl");
    List<String> lines = Files.readAllLines(journal);
    int end = 0;
    while (!lines.get(end).contains("\"event\":\"leg-finished\"")) {
      end++;
    }
    Files.write(journal, lines.subList(0, end + 1));
    assertThat(parted.checkout().run("--resume", parted.at("s1").toString()).code()).isZero();
    Scratch.Answer answer = parted.merge("s1", "s2");
    assertThat(answer.out()).contains("GREEN  6 legs, 7 steps passed");
  }

  @Test
  void is_red_where_its_results_cannot_be_published_and_stays_so() throws Exception {
    Parted parted = two();
    Files.createDirectories(parted.folder().resolve(".cccc/work/results/junit.xml/x"));
    red(parted, parted.merge("s1", "s2"), "the reports can't be written: cannot write ");
  }

  @Test
  void of_dry_shards_is_dry_and_leaves_the_results_of_a_run_alone() {
    Parted parted = two();
    parted.part("whole");
    parted.part("d1", "--shard", "1/2", "--dry-run");
    parted.part("d2", "--shard", "2/2", "--dry-run");
    Scratch.Answer answer = parted.merge("d1", "d2");
    assertThat(answer.out()).contains("DRY  nothing ran", "echo hello");
    assertThat(answer.code()).isZero();
    assertThat(parted.folder().resolve(".cccc/work/results/junit.xml")).exists();
  }

  @Test
  void with_skipped_legs_is_partial() {
    Parted parted = two();
    parted.part("p1", "--shard", "1/2", "--set", "SKIP_B=1");
    parted.part("p2", "--shard", "2/2", "--set", "SKIP_B=1");
    Scratch.Answer answer = parted.merge("p1", "p2");
    assertThat(answer.out()).contains("PARTIAL", "leg `b` was skipped: SKIP_B=1");
    assertThat(answer.code()).isZero();
  }

  @Test
  void cannot_go_on_and_leaves_other_hosts_processes_alone() {
    Parted parted = two();
    parted.merge("s1", "s2");
    assertThat(parted.merged("events.jsonl")).doesNotContain("gate-started");
    Scratch.Answer answer = parted.scratch().now("run", "--resume", parted.at("merged").toString());
    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err()).contains("was merged from parts");
  }
}
