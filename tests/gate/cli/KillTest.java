package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Dgate.kills} says how often; {@code -Dgate.seed} which moments. */
@DisplayName("A run that is killed over and over")
class KillTest {
  private static final int MOST_MILLIS = 2500;

  @TempDir Path temp;

  private Checkout project() {
    Checkout project =
        new Checkout(temp)
            .legs(
                "a: { title: A }",
                "b: { title: B, needs: [a] }",
                "c: { title: C, retries: 1, allow: [flaky] }",
                "d: { title: D, needs: [c] }",
                "e: { title: E }",
                "f: { title: F, needs: [e] }",
                "g: { title: G, allow: [leaked] }")
            .file(".gitignore", ".cccc\nout*\n");
    for (String leg : new String[] {"a", "b", "c", "d", "f"}) {
      project.leg(
          leg,
          """
          step('one') { exec('sleep', '0.1'); exec('echo', 'ä') }
          step('two') { shell('sleep 0.2; echo two >&2') }
          """);
    }
    return project
        .leg(
            "e",
            "step('it fails') { shell('sleep 0.2; exit 3') }\nstep('never') { exec('true') }\n")
        .leg("g", "step('it works') { exec('sleep', '0.3') }\n")
        .commit();
  }

  @Test
  void ends_with_the_reports_of_one_that_was_left_alone() throws Exception {
    int kills = Integer.getInteger("gate.kills", 12);
    long seed = Long.getLong("gate.seed", System.nanoTime());
    System.out.println("-Dgate.seed=" + seed);
    Random random = new Random(seed);
    Checkout project = project();
    project.run("--log-dir", "out");
    String whole = Reports.withPage(Files.move(temp.resolve("out"), temp.resolve("out.whole")));
    for (int i = 0; i < kills; i++) {
      Process gate = start(project);
      boolean ended = gate.waitFor(random.nextInt(MOST_MILLIS), TimeUnit.MILLISECONDS);
      gate.destroyForcibly().waitFor();
      if (ended) {
        assertThat(gate.exitValue())
            .as("seed %d, kill %d: %s", seed, i, Checkout.read(temp.resolve("out.err")))
            .isEqualTo(1);
      }
    }
    assertThat(Files.exists(temp.resolve("out/events.jsonl"))).as("it ever began").isTrue();
    Checkout.Result last = project.run("--resume", "out");
    assertThat(last.verdict()).as(last.out() + last.err()).startsWith("RED");
    assertThat(Reports.withPage(temp.resolve("out"))).as("seed " + seed).isEqualTo(whole);
  }

  @Test
  void has_them_too_where_that_was_just_before_one_of_them_got_its_place() throws Exception {
    Checkout project =
        new Checkout(temp)
            .one("step('it works') { exec 'true' }\n")
            .file(".gitignore", ".cccc\nout*\ntmp\n")
            .tmp(Files.createDirectory(temp.resolve("tmp"))) // others' would be more to rename
            .commit();
    String traced =
        gate.base.Commands.line(
            Stream.concat(strace("-o", "out.trace").stream(), Stream.of("true")).toList());
    assumeTrue(project.shell(traced).code() == 0, "no strace that may trace");
    project.run("--log-dir", "out");
    String whole = Reports.withPage(Files.move(temp.resolve("out"), temp.resolve("out.whole")));
    project.inside(strace("-o", "out.trace")).run("--log-dir", "out");
    List<String> renames = List.of(Checkout.read(temp.resolve("out.trace")).split("\n"));
    Set<String> reports = new TreeSet<>();
    for (String last : renames) {
      Matcher report = REPORT.matcher(last);
      if (!report.matches()) {
        continue;
      }
      String thread = report.group("thread");
      List<String> before =
          renames.subList(0, renames.indexOf(last)).stream()
              .filter(it -> it.startsWith(thread))
              .toList();
      Files.move(temp.resolve("out"), temp.resolve("out.before." + reports.size()));
      String place = report.group("place");
      String kill = "inject=%s:signal=KILL:when=%d".formatted(RENAME, before.size() + 1);
      project.inside(strace("-o", "out.trace", "-e", kill));
      assertThat(project.run("--log-dir", "out").code()).as(last).isEqualTo(137);
      project.inside(List.of());
      assertThat(Path.of(place)).doesNotExist();
      assertThat(Checkout.read(temp.resolve("out.trace")).lines())
          .filteredOn(it -> it.contains("rename"))
          .last()
          .asString()
          .contains('"' + place + '"');
      Checkout.Result cleaned = project.run("clean", "out");
      assertThat(cleaned.code()).as(cleaned.out() + cleaned.err()).isZero();
      assertThat(cleaned.out()).contains("cleared unfinished report ");
      Checkout.Result resumed = project.run("--resume", "out");
      assertThat(resumed.verdict()).as(resumed.out() + resumed.err()).startsWith("GREEN");
      assertThat(Reports.withPage(temp.resolve("out"))).as(last).isEqualTo(whole);
      for (String result : List.of("junit.xml", "ctrf.json")) {
        assertThat(temp.resolve(".cccc/work/results").resolve(result))
            .hasSameBinaryContentAs(temp.resolve("out").resolve(result));
      }
      reports.add(temp.toRealPath().relativize(Path.of(place)).toString());
    }
    assertThat(reports)
        .containsExactly(
            ".cccc/work/results/ctrf.json",
            ".cccc/work/results/junit.xml",
            "out/ctrf.json",
            "out/junit.xml",
            "out/report.html",
            "out/summary.md");
  }

  /** Whichever the machine has. */
  private static final String RENAME = "?rename,?renameat,?renameat2";

  /** A rename that puts a report in its place, as strace tells it. */
  private static final Pattern REPORT =
      Pattern.compile(
          "(?<thread>\\d+ ).*,"
              + " \"(?<place>\\S+/(junit.xml|ctrf.json|summary.md|report.html))\"(, \\w+)?\\).*");

  private static List<String> strace(String... more) {
    return Stream.concat(
            Stream.of("strace", "-f", "-qq", "-e", "trace=" + RENAME, "-e", "signal=none"),
            Stream.of(more))
        .toList();
  }

  private Process start(Checkout project) throws Exception {
    Path out = temp.resolve("out.out");
    Path err = temp.resolve("out.err");
    Path journal = temp.resolve("out/events.jsonl");
    if (Files.exists(journal) && Files.size(journal) == 0) {
      Files.move(temp.resolve("out"), temp.resolve("out." + System.nanoTime())); // nothing began
    }
    return Files.exists(journal)
        ? project.start(out, err, "--resume", "out")
        : project.start(out, err, "--log-dir", "out");
  }
}
