package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("With --repeat 3 a leg")
class RepeatTest {
  @TempDir Path temp;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "that always passes¦true¦¦GREEN  1 leg¦0¦GREEN",
        "that always fails¦false¦¦RED¦1¦leg `one` failed",
        "that fails first¦[ $n != 1 ]¦¦RED¦1¦leg `one` was flaky: attempt 1: step `a`",
        "that fails last¦[ $n != 3 ]¦¦RED¦1¦leg `one` was flaky: attempt 3: step `a`",
        "that fails between¦[ $n != 2 ]¦, allow: [flaky]¦PARTIAL¦0¦leg `one` was flaky, which is"
            + " allowed",
        "whose retries are more¦[ $n != 2 ]¦, retries: 4¦RED¦1¦leg `one` was flaky",
      })
  void runs_three_times_and_keeps_each_log(
      String what, String test, String more, String verdict, int code, String says) {
    Checkout.Result result =
        new Checkout(temp)
            .legs("one: { title: One" + (more == null ? "" : more) + " }")
            .leg(
                "one",
                "step('a') { shell('echo x >> out; n=$(wc -l < out); echo \"now $n\"; %s') }\n"
                    .formatted(test))
            .run("--repeat", "3");
    assertThat(result.out()).contains(says);
    assertThat(result.verdict()).startsWith(verdict);
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.file("legs/one/01-a.log")).contains("now 1");
    assertThat(result.file("legs/one/attempt-2/01-a.log")).contains("now 2");
    assertThat(result.file("legs/one/attempt-3/01-a.log")).contains("now 3");
    assertThat(Checkout.read(temp.resolve("out"))).hasSize(6);
  }
}
