package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What a command prints of a project")
class ShownTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"list", "plan", "show one", "why one", "one --dry-run"})
  void moves_no_cursor_whatever_its_steps_and_toggles_hold(String words) {
    Checkout project =
        new Checkout(temp)
            .file(
                "matrix.yaml",
                """
                name: test
                toggles: { NOTE: { type: text, help: Anything } }
                legs: { one: { title: One, env: { SAID: "\\e[2J" } } }
                """)
            .leg("one", "step('a\\u001b]0;evil\\u0007\\u202eb') { exec 'echo', '\\u001b[2J' }\n")
            .env("NOTE", "\u001b[2Jnote");
    Checkout.Result result = project.run(words.split(" "));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out() + result.err())
        .contains("one")
        .doesNotContainPattern("[\\p{Cntrl}\\u202e&&[^\n]]");
  }
}
