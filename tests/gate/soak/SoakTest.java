package gate.soak;

import static org.assertj.core.api.Assertions.assertThat;

import gate.sabotage.Sabotage;
import gate.sabotage.Workshop;
import gate.sabotage.Workshop.Ended;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What takes too long for every day; its result is kept in docs/soak.md. */
@DisplayName("With one core busy with something else")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SoakTest {
  private static final int TIMES = 3;
  private static final int RUNS = 20;

  private static boolean headed;
  private static Workshop workshop;
  private static volatile boolean done;
  private static volatile long spun;

  @BeforeAll
  static void open() throws IOException {
    workshop = Workshop.open();
    Told.line("\n## Of %d whole runs without sabotage, one core kept busy\n".formatted(RUNS));
    Thread.ofPlatform()
        .daemon()
        .name("busy")
        .start(() -> {
          while (!done) {
            spun++;
          }
        });
  }

  @AfterAll
  static void end() {
    done = true;
  }

  static Stream<Sabotage> sabotages() {
    return Sabotage.ALL.stream();
  }

  @RepeatedTest(value = RUNS, name = "{currentRepetition} of {totalRepetitions}")
  @Order(1)
  @DisplayName("a whole run is green")
  void clean() throws Exception {
    long from = System.nanoTime();
    Ended ended = workshop.run("", "");
    Told.line(
        String.format(
            Locale.ROOT, "- %s in %.0f s", ended.verdict(), (System.nanoTime() - from) / 1e9));
    assertThat(ended.verdict()).as(ended.out()).isEqualTo("GREEN");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sabotages")
  @Order(2)
  @DisplayName("a leg turns red three times in a row under")
  void red(Sabotage sabotage) throws Exception {
    head();
    List<Ended> all = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      all.add(workshop.run(sabotage.leg(), sabotage.name()));
    }
    Told.line(
        "| `%s` | %s | %s | %s | %s | %s |"
            .formatted(
                sabotage.name(),
                sabotage.leg(),
                sabotage.breaks(),
                all.stream().map(Ended::outcome).distinct().collect(Collectors.joining(", ")),
                all.stream()
                    .map(it -> String.format(Locale.ROOT, "%.0f", it.seconds()))
                    .collect(Collectors.joining(", ")),
                shown(all.getFirst().message())));
    assertThat(all)
        .allSatisfy(ended -> {
          assertThat(ended.outcome()).as(ended.out()).isEqualTo("FAILED");
          assertThat(ended.message()).as("a case that failed").isNotEmpty();
        });
  }

  private static void head() {
    if (!headed) {
      headed = true;
      Told.line(
          """

          ## Of %d sabotages, %d times each, one core kept busy

          Seconds are those from the leg's start to its end.

          | sabotage | leg | what it breaks | came to | seconds | the first failure |
          |---|---|---|---|---|---|\
          """
              .formatted(Sabotage.ALL.size(), TIMES));
    }
  }

  private static String shown(String message) {
    String line = message.replaceAll("\\s+", " ").replace("|", "\\|").replace("`", "'").strip();
    return line.length() <= 140 ? line : line.substring(0, 139) + "…";
  }
}
