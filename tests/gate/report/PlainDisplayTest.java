package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Outcome;
import gate.report.Story.Start;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Where there is no terminal")
class PlainDisplayTest {
  @TempDir Path folder;

  private static Outside shown(Map<String, String> env, List<Entry> entries) {
    Outside outside = Outside.plain(env);
    Display display = new PlainDisplay(outside.world.out(), Style.PLAIN, Log.of(outside.world));
    entries.forEach(entry -> display.take(entry, 0));
    display.end("");
    return outside;
  }

  private static Story two() {
    return Story.begin(
            Start.PLAIN,
            Story.leg("one", "One", "run", "", Story.step(1, "slow\u001B[2J")),
            Story.leg("two", "Two", "run", "", Story.step(1, "second")))
        .legStarts("one", 1)
        .stepStarts("one", 1, 1, "slow\u001B[2J")
        .legStarts("two", 1);
  }

  @Test
  void a_line_tells_of_life_after_half_a_minute_without_one() {
    Outside outside = Outside.plain();
    Display display = new PlainDisplay(outside.world.out(), Style.PLAIN, Log.of(outside.world));
    display.tick(0);
    two().entries().forEach(entry -> display.take(entry, 10));
    for (long now = 0; now < 65_000; now += 50) {
      display.tick(now);
    }
    assertThat(outside.text().lines().filter(line -> line.startsWith("…")))
        .containsExactly(
            "… runs: one 1 slow, since 30 s; two, since 30 s",
            "… runs: one 1 slow, since 1 m 00 s; two, since 1 m 00 s");
  }

  private static final Map<String, String> GITHUB = Map.of("GITHUB_ACTIONS", "true");

  @Test
  void github_gets_the_lines_of_a_leg_as_a_group_once_it_has_ended() {
    Story story = two().stepStarts("two", 1, 1, "second");
    story.stepEnds("one", 1, 1, Outcome.PASSED, "").stepEnds("two", 1, 1, Outcome.PASSED, "");
    story.legEnds("two", 1, Outcome.PASSED, "").legEnds("one", 1, Outcome.PASSED, "");
    assertThat(shown(GITHUB, story.entries()).text())
        .contains(
            """
            > one  One
            > two  Two
            ::group::+ two  passed  2.6 s
              > two 1 second
              + two 1 second  passed  1.2 s
            ::endgroup::
            ::group::+ one  passed  2.6 s
              > one 1 slow
              + one 1 slow  passed  1.2 s
            ::endgroup::
            """);
  }

  @Test
  void github_gets_an_annotation_at_the_place_that_a_message_names() throws Exception {
    Path repo = Files.createDirectories(folder.resolve("repo"));
    Path sub = Files.createDirectories(repo.resolve("sub, 1%/legs"));
    Files.createFile(sub.resolve("two.groovy"));
    Files.createDirectories(repo.resolve("crates/tests"));
    Files.createFile(repo.resolve("crates/tests/it.rs"));
    Story story = two();
    story.definedIn(sub.resolveSibling("matrix.yaml"));
    story.add(
        1,
        new Event.InputsRead(
            "d", Map.of(), List.of(new Event.Source(repo + "/crates", "c", "c", false))));
    story.fails("one", 1, 1, "g", "a, b: c%", "panicked at tests/it.rs:42:5:\nleft: 100%\r\nx");
    story.stepEnds("one", 1, 1, Outcome.FAILED, "cargo said no");
    story.stepStarts("two", 1, 1, "second");
    story.stepEnds("two", 1, 1, Outcome.FAILED, "legs/two.groovy:7: `x` ended with exit code 1");
    String text =
        shown(
                Map.of("GITHUB_ACTIONS", "true", "GITHUB_WORKSPACE", repo.toString()),
                story.entries())
            .text();
    assertThat(text.lines().filter(line -> line.startsWith("::error")))
        .containsExactly(
            "::error file=crates/tests/it.rs,line=42,title=one 1%3A case g a%2C b%3A c%25::"
                + "panicked at tests/it.rs:42:5:%0Aleft: 100%25%0Ax",
            "::error file=sub%2C 1%25/legs/two.groovy,line=7,title=two 1 failed::"
                + "legs/two.groovy:7: `x` ended with exit code 1"
                + "%0Arepeat it: cd reference && cargo test -p flaredb --test 'fail over'");
  }

  @Test
  void no_name_message_or_report_is_a_command_to_github() {
    String nasty = "x\n::set-env name=A::b\r::stop-commands::t\n##[error]y";
    Story story =
        Story.begin(
                Start.PLAIN.selected("::add-mask::a"),
                Story.leg("one", nasty, "run", "", Story.step(1, nasty)),
                Story.leg("::warning::z", "Z", "skip", "::debug::w"))
            .legStarts("one", 1)
            .stepStarts("one", 1, 1, nasty)
            .fails("one", 1, 1, "::error::g", nasty, nasty)
            .stepEnds("one", 1, 1, Outcome.FAILED, nasty)
            .legEnds("one", 1, Outcome.FAILED, nasty);
    Outside outside = Outside.plain(GITHUB);
    Display display = new PlainDisplay(outside.world.out(), Style.PLAIN, Log.of(outside.world));
    story.entries().forEach(entry -> display.take(entry, 0));
    display.end("::error::in a report\n  ::error::indented\n\u00A0\u202F::error::other blanks\n");
    assertThat(outside.text()).contains("· \u00A0\u202F::error::other blanks");
    assertThat(outside.text().split("\n"))
        .allSatisfy(
            line -> assertThat(line.strip()).matches("(?!::).*|::(error |group::|endgroup::).*"))
        .filteredOn(line -> line.startsWith("::"))
        .hasSize(3);
    assertThat(outside.text()).doesNotContain("##[", "\r");
  }

  @Test
  void gitlab_gets_sections_and_what_is_wrong_at_once() {
    Story story = two().stepStarts("two", 1, 1, "second");
    story.stepEnds("two", 1, 1, Outcome.FAILED, "no").legEnds("two", 1, Outcome.FAILED, "no");
    story.stepEnds("one", 1, 1, Outcome.PASSED, "").legEnds("one", 1, Outcome.PASSED, "");
    String text = shown(Map.of("GITLAB_CI", "true"), story.entries()).text();
    assertThat(text)
        .containsSubsequence(
            "  x two 1 second  failed",
            "\u001B[0Ksection_start:1795410",
            ":leg_two_1\r\u001B[0Kx two  failed",
            "section_end:1795410",
            ":leg_two_1\r\u001B[0K\n",
            ":leg_one_1[collapsed=true]\r\u001B[0K+ one  passed");
  }

  @Test
  void a_job_s_page_gets_the_summary_as_far_as_there_is_room() throws Exception {
    Path page = folder.resolve("page");
    Files.writeString(folder.resolve("summary.md"), "# All\n".repeat(100));
    Outside outside =
        Outside.plain(Map.of("GITHUB_ACTIONS", "true", "GITHUB_STEP_SUMMARY", page.toString()));
    assertThat(StepSummary.append(outside.world, folder)).isEmpty();
    assertThat(StepSummary.append(outside.world, folder)).isEmpty();
    assertThat(page).content().isEqualTo("# All\n".repeat(200));
    Files.writeString(folder.resolve("summary.md"), "# é All\n".repeat(1 << 17));
    assertThat(StepSummary.append(outside.world, folder)).isEmpty();
    assertThat(Files.size(page)).isBetween((1L << 20) - 200, 1L << 20);
    assertThat(page).content(StandardCharsets.UTF_8).endsWith("in the run's folder.\n");
    assertThat(StepSummary.append(outside.world, folder)).isEmpty();
    assertThat(Files.size(page)).isLessThanOrEqualTo(1L << 20);
    Outside nowhere =
        Outside.plain(Map.of("GITHUB_ACTIONS", "true", "GITHUB_STEP_SUMMARY", folder + "/no/page"));
    assertThat(StepSummary.append(nowhere.world, folder)).isNotEmpty();
  }
}
