package gate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProjectionsTest {
  @TempDir Path folder;

  @Test
  void a_run_folder_gets_four_files_and_nothing_else() throws IOException {
    Projections.write(folder, Stories.RED.view(), Logs.in(folder));
    Projections.write(folder, Stories.GREEN.view(), Logs.in(folder));
    assertThat(names(folder))
        .containsExactly("ctrf.json", "junit.xml", "report.html", "summary.md");
    assertThat(folder.resolve("junit.xml")).hasContent(JunitXml.render(Stories.GREEN.view()));
    assertThat(folder.resolve("ctrf.json")).hasContent(CtrfJson.render(Stories.GREEN.view()));
    assertThat(folder.resolve("summary.md")).hasContent(SummaryMd.render(Stories.GREEN.view()));
    assertThat(folder.resolve("report.html"))
        .hasContent(Page.render(Stories.GREEN.view(), Logs.in(folder)));
  }

  @Test
  void drafts_are_nowhere_until_they_are_placed_and_gone_where_they_are_not() throws IOException {
    Path results = folder.resolve("results");
    View view = Stories.GREEN.view();
    try (Draft dropped = Projections.draft(folder, view, Optional.of(results))) {
      assertThat(dropped).isNotNull();
      assertThat(names(folder)).allMatch(name -> name.startsWith(".") || name.equals("results"));
    }
    assertThat(names(folder)).containsExactly("results");
    assertThat(names(results)).isEmpty();
    Projections.draft(folder, view, Optional.of(results)).place();
    assertThat(names(folder))
        .containsExactly("ctrf.json", "junit.xml", "report.html", "results", "summary.md");
    for (String name : List.of("ctrf.json", "junit.xml")) {
      assertThat(results.resolve(name)).hasSameBinaryContentAs(folder.resolve(name));
    }
  }

  @Test
  void a_draft_that_finds_something_in_its_way_leaves_none_of_its_files() throws IOException {
    Path results = folder.resolve("results");
    try (Draft draft = Projections.draft(folder, Stories.GREEN.view(), Optional.of(results))) {
      Files.createDirectories(results.resolve("ctrf.json/in-the-way"));
      assertThatThrownBy(draft::place)
          .isInstanceOf(ProjectionFailed.class)
          .hasMessageStartingWith("cannot write " + results.resolve("ctrf.json") + ": ");
    }
    assertThat(names(folder)).containsExactly("results");
    assertThat(names(results)).containsExactly("ctrf.json");
  }

  @Test
  void the_files_may_be_read_by_whom_the_umask_lets() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "");
    Projections.write(folder, Stories.GREEN.view(), Logs.in(folder));
    assertThat(Files.getPosixFilePermissions(folder.resolve("junit.xml")))
        .isEqualTo(Files.getPosixFilePermissions(other));
  }

  @Test
  void what_cant_be_written_is_told_in_a_sentence_and_leaves_nothing_behind() throws IOException {
    Projections.write(folder, Stories.GREEN.view(), Logs.in(folder));
    Files.delete(folder.resolve("summary.md"));
    Files.createDirectories(folder.resolve("summary.md/in-the-way"));
    assertThatThrownBy(() -> Projections.write(folder, Stories.GREEN.view(), Logs.in(folder)))
        .isInstanceOf(ProjectionFailed.class)
        .hasMessageStartingWith("cannot write " + folder.resolve("summary.md") + ": ");
    assertThat(names(folder)).containsExactly("summary.md");
    assertThatThrownBy(
            () -> Projections.write(folder.resolve("none"), Stories.GREEN.view(), Logs.in(folder)))
        .isInstanceOf(ProjectionFailed.class)
        .hasMessage(
            "cannot write %s: no such file or folder".formatted(folder.resolve("none/junit.xml")));
  }

  @Test
  void a_journal_without_a_start_is_told_in_a_sentence() {
    assertThatThrownBy(() -> Projections.view(List.of()))
        .isInstanceOf(ProjectionFailed.class)
        .hasMessage("the journal can't be reported: the journal has no start");
  }

  @ParameterizedTest
  @EnumSource
  void only_full_runs_are_published(Stories story) throws IOException {
    Path results = folder.resolve("new/results");
    switch (story) {
      case SELECTED, DRY -> {
        assertThatThrownBy(() -> Projections.draft(folder, story.view(), Optional.of(results)))
            .isInstanceOf(ProjectionFailed.class)
            .hasMessageContaining(story == Stories.DRY ? "dry run" : "selected legs");
        assertThat(results).doesNotExist();
      }
      default -> {
        Projections.draft(folder, story.view(), Optional.of(results)).place();
        assertThat(names(results)).containsExactly("ctrf.json", "junit.xml");
        assertThat(results.resolve("junit.xml")).hasContent(JunitXml.render(story.view()));
      }
    }
  }

  @Test
  void results_that_cant_be_published_are_told_in_a_sentence() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> Projections.draft(folder, Stories.GREEN.view(), Optional.of(file)))
        .isInstanceOf(ProjectionFailed.class)
        .hasMessageStartingWith("cannot make the folder " + file);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
