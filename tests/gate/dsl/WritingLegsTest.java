package gate.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Each example in docs/writing-legs.md and the README")
class WritingLegsTest {
  private static final Pattern EXAMPLE = Pattern.compile("```groovy\n(.*?)```", Pattern.DOTALL);

  @TempDir Path temp;

  static Stream<String> examples() throws IOException {
    String home = System.getProperty("gate.home", "");
    String text =
        Files.readString(Path.of(home).resolve("docs/writing-legs.md"))
            + Files.readString(Path.of(home).resolve("README.md"));
    List<String> examples = EXAMPLE.matcher(text).results().map(it -> it.group(1)).toList();
    assertThat(examples).hasSizeGreaterThan(8);
    return examples.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void compiles_and_does_something_in_each_step(String example) {
    Recorded recorded = new Recorded();
    List<Step> steps = recorded.steps(temp, example);
    assertThat(steps).isNotEmpty();
    for (Step step : steps) {
      recorded.done.clear();
      step.body().run();
      assertThat(recorded.done).as(step.name()).isNotEmpty();
    }
  }
}
