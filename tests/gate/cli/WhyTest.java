package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("matrix why")
class WhyTest {
  @TempDir static Path temp;

  private static Checkout project;

  /** One run that comes out in as many ways as there are legs. */
  @BeforeAll
  static void ran() {
    project =
        new Checkout(temp)
            .file(
                "matrix.yaml",
                """
                name: test
                toggles:
                  SKIP_IT: { type: flag, help: Without it }
                  E2E: { type: flag, help: End to end }
                  LATER: { type: flag, help: Approves }
                legs:
                  bad: { title: Bad, locks: [db] }
                  blocked: { title: Blocked, needs: [bad] }
                  waits: { title: Waits, locks: [db] }
                  flaky: { title: Flaky, retries: 1 }
                  leaks: { title: Leaks }
                  slow: { title: Slow, timeout: 1s }
                  skipped: { title: Skipped, skip: SKIP_IT }
                  with-it: { title: With it, needs: [skipped] }
                  later: { title: Later, planned: LATER }
                  fine: { title: Fine }
                """)
            .leg(
                "bad",
                "step('first') { exec('sleep', '0.4') }\n"
                    + "step('bad \\u001b[31mred') { shell('echo said; exit 3') }\n"
                    + "step('after') { exec('true') }\n")
            .leg("blocked", "step('a') { exec('true') }\n")
            .leg("waits", "step('a') { exec('true') }\n")
            .leg("flaky", "step('a') { shell('[ -e mark ] || { touch mark; exit 7; }') }\n")
            .leg("leaks", "step('a') { shell('(setsid sleep 86 &)') }\n")
            .leg("slow", "step('a') { exec('sleep', '60') }\n")
            .leg("skipped", "step('a') { exec('true') }\n")
            .leg("with-it", "step('a') { exec('true') }\n")
            .leg("later", "step('a') { exec('true') }\n")
            .leg(
                "fine",
                "step('a') { exec('true') }\nstep('e2e', when: toggles.E2E) { exec('true') }\n")
            .env("SKIP_IT", "1");
    assertThat(project.run("-j", "2").code()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\0',
      value = {
        "bad¦leg `bad` failed in run 2",
        "bad¦the run is RED",
        "bad¦step 2 `bad red` failed after",
        "bad¦` ended after",
        "bad¦: exit code 3",
        "bad¦/legs/bad/02-bad",
        "bad¦| said",
        "bad¦never reached: 3 after",
        "bad¦repeat the step: cd ",
        "bad¦repeat the leg: SKIP_IT=1 ./jbang matrix.java bad",
        "bad¦SKIP_IT=1 ./jbang matrix.java bad --shell",
        "blocked¦it needs `bad`, which ended as failed",
        "blocked¦  leg `bad` failed",
        "blocked¦    step 2 `bad red` failed",
        "blocked¦run it again: SKIP_IT=1 ./jbang matrix.java bad blocked",
        "waits¦for the lock `db`, which leg `bad` held",
        "waits¦1 step and 0 cases passed",
        "flaky¦attempt 1 of 2 failed",
        "flaky¦exit code 7",
        "flaky¦attempt 2 of 2 passed",
        "flaky¦flaky --repeat 20",
        "leaks¦it left processes behind, which were ended: ",
        "leaks¦(sleep 86)",
        "slow¦step 1 `a` timed-out after",
        "slow¦longer than its timeout of 1 s",
        "skipped¦toggle SKIP_IT was `1` (environment)",
        "with-it¦it needs `skipped`, which is skipped (SKIP_IT=1)",
        "later¦toggle LATER wasn't set",
        "fine¦step 2 `e2e` is off: waits for E2E=1",
      })
  void tells_how_a_leg_came_out(String leg, String says) {
    Checkout.Result why = now("why", leg, "latest");
    assertThat(why.out()).contains(says).doesNotContain("\u001b");
    assertThat(why.err()).isEmpty();
    assertThat(why.code()).isZero();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\0',
      value = {
        "bad¦leg `bad` would run now",
        "bad¦it takes the lock `db`, and never runs beside `waits`",
        "blocked¦it needs leg `bad`",
        "skipped¦would be skipped now: SKIP_IT=1",
        "skipped¦toggle SKIP_IT is `1` (environment); SKIP_IT=1 skips it",
        "skipped¦matrix.yaml:3",
        "with-it¦it needs `skipped`, which is skipped (SKIP_IT=1)",
        "later¦is planned, and wouldn't run now: not approved yet; LATER=1 runs it",
        "fine¦step 2 `e2e` is off: waits for E2E=1",
        "fine¦toggle E2E isn't set",
      })
  void tells_what_the_plan_would_do_now(String leg, String says) {
    Checkout.Result why = now("why", leg);
    assertThat(why.out()).contains(says);
    assertThat(why.err())
        .isEqualTo("how it came out: ./jbang matrix.java why " + leg + " latest\n");
    assertThat(why.code()).isZero();
  }

  @Test
  void what_a_toggle_changes_shows_at_once() {
    assertThat(now("why", "fine", "--set", "E2E=1").out()).contains("toggle E2E is `1` (--set)");
    assertThat(now("why", "later", "--set", "LATER=1").out()).contains("would run now");
  }

  @Test
  void says_the_same_as_json() throws Exception {
    JsonNode why = new ObjectMapper().readTree(now("why", "bad", "latest", "--json").out());
    assertThat(why.get("kind").asText()).isEqualTo("leg");
    assertThat(why.findValuesAsText("kind"))
        .contains("verdict", "step", "process", "log", "line", "unreached", "do");
    JsonNode plan = new ObjectMapper().readTree(now("why", "later", "--json").out());
    assertThat(plan.at("/because/0/kind").asText()).isEqualTo("toggle");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\0',
      value = {
        "why bda¦there is no leg `bda`; did you mean `bad`?",
        "why nothing-like-it¦there is no leg `nothing-like-it`; the legs are bad, blocked",
        "why bda latest¦there is no leg `bda` in run 2",
        "why bad 2020¦there is no run `2020`; `matrix runs` lists them",
        "why¦LEG",
      })
  void refuses_what_it_doesn_t_know(String words, String says) {
    Checkout.Result refused = now(words.split(" "));
    assertThat(refused.err()).contains(says);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.code()).isEqualTo(2);
  }

  /** In a process of its own where it matters, else in this one: there are many cases. */
  private static Checkout.Result now(String... words) {
    return InProcess.run(temp, List.of("SKIP_IT=1"), words);
  }

  @Test
  void is_a_command_like_the_others() {
    Checkout.Result why = project.run("why", "bad", "latest");
    assertThat(why.out()).startsWith("leg `bad` failed in run 2");
    assertThat(why.code()).isZero();
  }
}
