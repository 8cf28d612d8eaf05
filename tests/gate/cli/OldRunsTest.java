package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Old runs' folders")
class OldRunsTest {
  private static final String RUNS = ".cccc/work/integration-matrix";

  @TempDir Path temp;
  private Checkout project;
  private Path runs;
  private String whole;

  /** One whole run by itself, and others that look like older ones. */
  @BeforeEach
  void run() throws IOException {
    project =
        new Checkout(temp.resolve("project"))
            .tmp(Files.createDirectory(temp.resolve("tmp")))
            .one("step('a') { exec('true') }\n");
    assertThat(project.run().code()).isZero();
    runs = project.folder().resolve(RUNS);
    whole = names().getFirst();
  }

  private void rule(String rule) {
    project.file("matrix.yaml", "name: test\nlegs:\n  one: { title: One }\n" + rule);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(runs)) {
      return all.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  private Path copy(Path to) throws IOException {
    Files.createDirectories(to);
    Files.copy(runs.resolve(whole).resolve("events.jsonl"), to.resolve("events.jsonl"));
    return to;
  }

  @Test
  void stay_where_nobody_asks() throws IOException {
    copy(runs.resolve("20200101T000000Z"));
    project.run("clean");
    project.run("one");
    assertThat(names()).hasSize(3).contains("20200101T000000Z");
  }

  @Test
  void go_beyond_the_number_but_for_the_latest_whole_one() throws IOException {
    copy(runs.resolve("20200101T000000Z"));
    copy(runs.resolve("20200102T000000Z"));
    rule("runs: { most: 1 }\n");
    Checkout.Result selected = project.run("one");
    assertThat(selected.code()).isZero();
    assertThat(selected.err())
        .contains(
            "deleted " + runs.resolve("20200101T000000Z") + ", as `runs:` in matrix.yaml says");
    assertThat(names()).hasSize(2).contains(whole);
    project.run("one", "--dry-run");
    assertThat(names()).as("a dry run deletes nothing").hasSize(3);
  }

  @Test
  void go_when_they_are_too_old_and_nothing_that_a_link_leads_to_or_that_somebody_else_named()
      throws IOException {
    rule("runs: { max-age: 30d }\n");
    Path old = copy(runs.resolve("20200101T000000Z"));
    Path elsewhere = copy(temp.resolve("elsewhere"));
    Files.createSymbolicLink(old.resolve("link"), elsewhere);
    Files.createSymbolicLink(runs.resolve("20200102T000000Z"), elsewhere);
    copy(runs.resolve("notes"));
    Path locked = copy(runs.resolve("20200103T000000Z"));
    try (FileChannel lock =
        FileChannel.open(
            locked.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock.lock();
      Checkout.Result told = project.run("clean", "--dry-run");
      assertThat(told.err()).contains("would delete " + old);
      assertThat(old).exists();
      assertThat(project.run("clean").err()).contains("deleted " + old, "pid");
    }
    assertThat(names()).containsExactly("20200102T000000Z", "20200103T000000Z", whole, "notes");
    assertThat(elsewhere.resolve("events.jsonl")).exists();
  }

  @Test
  void stay_where_the_folder_of_runs_is_behind_a_link() throws IOException {
    rule("runs: { max-age: 30d }\n");
    copy(runs.resolve("20200101T000000Z"));
    Files.createFile(Files.createDirectory(runs.resolve("20200102T000000Z")).resolve("lock"));
    Path cccc = project.folder().resolve(".cccc");
    Files.createSymbolicLink(cccc, Files.move(cccc, temp.resolve("moved")));
    project.run("clean");
    assertThat(names()).contains("20200101T000000Z", "20200102T000000Z");
  }

  @Test
  void stay_where_jobs_of_an_engine_may_go_on_until_they_are_cancelled() throws IOException {
    Path old = copy(runs.resolve("20200101T000000Z"));
    Path task = Files.createDirectories(old.toRealPath().resolve("engine/work/ab/cdef"));
    Files.writeString(task.resolve(".command.run"), "#!/bin/bash\n#SBATCH -J nf-leg_1\n");
    project
        .program("bin/squeue", "[ -e %s/gone ] || echo 7 %s\n".formatted(temp, task))
        .program("bin/scancel", "echo $* >%s/gone\n".formatted(temp))
        .env("PATH", project.folder().resolve("bin") + ":" + System.getenv("PATH"));
    rule("runs: { most: 1 }\n");
    assertThat(project.run("one").err())
        .contains(
            old + " is kept, for jobs of its engine may go on; `./jbang matrix.java clean",
            "Slurm's job 7 (");
    assertThat(old).exists();
    assertThat(temp.resolve("gone")).doesNotExist();
    assertThat(project.run("clean", old.getFileName().toString()).code()).isZero();
    assertThat(Files.readString(temp.resolve("gone"))).isEqualTo("7\n");
    project.run("one");
    assertThat(old).doesNotExist();
  }
}
