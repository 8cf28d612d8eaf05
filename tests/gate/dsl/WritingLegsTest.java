package gate.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.ThisCheckout;
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

@DisplayName("Each example in docs/writing-legs.md, docs/guide and the README")
class WritingLegsTest {
  private static final Pattern EXAMPLE = Pattern.compile("```groovy\n(.*?)```", Pattern.DOTALL);

  @TempDir Path temp;

  static Stream<String> examples() throws IOException {
    Path home = ThisCheckout.root();
    StringBuilder text = new StringBuilder();
    text.append(Files.readString(home.resolve("docs/writing-legs.md")));
    text.append(Files.readString(home.resolve("README.md")));
    try (Stream<Path> guide = Files.list(home.resolve("docs/guide"))) {
      for (Path page : guide.sorted().toList()) {
        text.append(Files.readString(page));
      }
    }
    List<String> examples = EXAMPLE.matcher(text).results().map(it -> it.group(1)).toList();
    assertThat(examples).hasSizeGreaterThan(14);
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
      try {
        step.body().run();
      } catch (StepFailed e) {
        assertThat(e).as("stand-ins give no answers").hasMessageStartingWith("assert ");
      }
      assertThat(recorded.done).as(step.name()).isNotEmpty();
    }
  }
}
