package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A run in a real terminal")
@EnabledOnOs(OS.LINUX)
class LiveTest {
  private static final String UNTIL_GO = "until [ -e go ]; do sleep 0.1; done";

  @TempDir Path temp;
  private Checkout project;

  @BeforeEach
  void project() throws Exception {
    assumeTrue(Tmux.isHere(), "tmux isn't here");
    project =
        new Checkout(temp)
            .tmp(Files.createDirectory(temp.resolve("tmp")))
            .legs(
                "one: { title: One }",
                "two: { title: Two }",
                "three: { title: Three, needs: [one] }")
            .leg(
                "one",
                "step('it says') { shell('printf"
                    + " \"says-one\\\\033]0;evil\\\\007\\\\033[?1049h\\\\n\"; "
                    + UNTIL_GO
                    + "') }\n")
            .leg(
                "two",
                "step('b\\u001b]0;evil\\u0007\\u001b[?1049h\\u001b[?25l') { exec('false') }\n")
            .leg("three", "step('c') { exec('true') }\n");
  }

  private void go() throws Exception {
    Files.createFile(temp.resolve("go"));
  }

  @Test
  void shows_all_that_goes_on_answers_keys_and_fits_whatever_its_size() throws Exception {
    try (Tmux tmux = Tmux.start(project, "-j", "2")) {
      String screen = tmux.until("(?s)> one .*1/1 it says.*x two .*failed.*\\. three  needs one");
      assertThat(screen).contains("repeat the step  cd ", "… 1 of 3 legs ended, 1 not well");
      tmux.type("l");
      tmux.until("\\| says-one");
      tmux.type("2");
      tmux.until("log  legs/two/01-");
      tmux.type("Escape");
      tmux.until("> one ");
      tmux.type("d");
      tmux.until("(?s)why it waits.*> one  since .*bash");
      tmux.type("?");
      tmux.until("stop in order");
      tmux.type("x");
      tmux.say("resize-window", "-x", "40", "-y", "12");
      tmux.until("(?m)^… 1 of 3 legs ended, 1 not well .*…$");
      tmux.say("resize-window", "-x", "40", "-y", "24");
      screen = tmux.until("(?s)> one  .*x two  .*\\. three  needs one\n… 1 of 3[^\n]*$");
      assertThat(screen.lines().filter(line -> line.startsWith("… "))).hasSize(1);
      assertThat(screen.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(41));
      tmux.say("resize-window", "-x", "100", "-y", "30");
      tmux.until("(?m)^… 1 of 3 legs ended, 1 not well .*\\? help$");
      assertThat(tmux.say("capture-pane", "-p", "-S", "-").split("… 1 of 3", -1)).hasSize(2);
      go();
      assertThat(tmux.code()).isEqualTo(1);
      assertThat(tmux.restored()).isTrue();
      assertThat(tmux.until("RED ")).doesNotContain("legs ended");
      assertThat(tmux.everything()).contains("\u001B[31m", "repeat the leg  ./jbang matrix.java");
      assertThat(tmux.say("display-message", "-p", "#{pane_title} #{alternate_on} #{cursor_flag}"))
          .doesNotContain("evil")
          .endsWith(" 0 1\n");
    }
  }

  @Test
  void ends_in_order_by_q_and_leaves_the_terminal_whole() throws Exception {
    try (Tmux tmux = Tmux.start(project, "one")) {
      tmux.until("1/1 it says");
      tmux.type("q");
      assertThat(tmux.code()).isEqualTo(130);
      assertThat(tmux.restored()).isTrue();
      assertThat(tmux.until("INTERRUPTED ")).contains("told to stop");
      assertThat(journal()).contains("\"verdict\":\"INTERRUPTED\"");
    }
  }

  @Test
  void ends_in_order_by_ctrl_c_without_a_colour_where_none_is_wanted() throws Exception {
    try (Tmux tmux = Tmux.start(project.env("NO_COLOR", "1"), "one")) {
      tmux.until("1/1 it says.*\n… 0 of 1 leg ended");
      tmux.type("C-c");
      assertThat(tmux.code()).isEqualTo(130);
      assertThat(tmux.restored()).isTrue();
      assertThat(tmux.until("INTERRUPTED ")).contains("told to stop");
      assertThat(tmux.everything()).doesNotContain("\u001B[");
    }
  }

  @Test
  void ends_at_once_by_a_second_ctrl_c_and_leaves_the_terminal_whole() throws Exception {
    project.leg("one", "step('deaf') { shell('trap \"\" TERM; " + UNTIL_GO + "') }\n");
    try (Tmux tmux = Tmux.start(project, "one")) {
      tmux.until("1/1 deaf");
      tmux.type("q");
      tmux.until("stopping");
      tmux.type("C-c");
      assertThat(tmux.code()).isEqualTo(130);
      assertThat(tmux.restored()).isTrue();
      assertThat(journal()).doesNotContain("run-finished");
    }
  }

  @Test
  void leaves_the_terminal_whole_however_fast_one_ctrl_c_follows_another() throws Exception {
    project.leg("one", "step('deaf') { shell('trap \"\" TERM; " + UNTIL_GO + "') }\n");
    try (Tmux tmux = Tmux.start(project, "one")) {
      tmux.until("1/1 deaf");
      tmux.say("send-keys", "C-c", ";", "run-shell", "sleep 0.02", ";", "send-keys", "C-c");
      assertThat(tmux.code()).isEqualTo(130);
      assertThat(tmux.restored()).isTrue();
    }
  }

  @Test
  void goes_on_to_its_end_without_its_terminal_when_that_goes_away() throws Exception {
    Tmux tmux = Tmux.start(project, "one", "three");
    try (tmux) {
      tmux.until("1/1 it says");
      assertThat(Outside.await(60, () -> journal().contains("process-started"))).isTrue();
    }
    Thread.sleep(500);
    assertThat(journal()).doesNotContain("stop-requested");
    go();
    assertThat(Outside.await(60, () -> journal().contains("run-finished"))).isTrue();
    assertThat(journal()).contains("\"verdict\":\"GREEN\"").doesNotContain("stop-requested");
    assertThat(Outside.await(30, () -> Outside.running(temp.toString()).isEmpty())).isTrue();
  }

  @Test
  void is_lines_on_a_terminal_that_can_do_no_more() throws Exception {
    go();
    try (Tmux tmux = Tmux.startBy("TERM=dumb ", project, "one")) {
      assertThat(tmux.code()).isZero();
      assertThat(tmux.everything()).contains("> one  One", "GREEN").doesNotContain("\u001B");
    }
  }

  private String journal() {
    try (Stream<Path> runs = Files.list(temp.resolve(".cccc/work/integration-matrix"))) {
      List<Path> all = runs.toList();
      return Checkout.read(all.getFirst().resolve("events.jsonl"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
