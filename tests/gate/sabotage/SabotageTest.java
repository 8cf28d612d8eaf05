package gate.sabotage;

import static org.assertj.core.api.Assertions.assertThat;

import gate.sabotage.Workshop.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The legs")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SabotageTest {
  private static final List<String> TABLE = new ArrayList<>();
  private static Workshop workshop;

  @BeforeAll
  static void open() throws IOException {
    workshop = Workshop.open();
  }

  @AfterAll
  static void print() {
    TABLE.forEach(System.out::println);
  }

  static Stream<Sabotage> sabotages() {
    return Sabotage.ALL.stream();
  }

  @Test
  @Order(1)
  @DisplayName("have a sabotage for every name in the sources, and three each")
  void complete() throws IOException {
    Set<String> inSources = new HashSet<>();
    Path reference = workshop.root().resolve("reference");
    try (Stream<Path> files = Files.walk(reference)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".rs")).toList()) {
        if (!file.startsWith(reference.resolve("target"))) {
          Matcher name =
              Pattern.compile("sabotaged\\(\"([a-z-]+)\"\\)")
                  .matcher(Files.readString(file, StandardCharsets.UTF_8));
          while (name.find()) {
            inSources.add(name.group(1));
          }
        }
      }
    }
    assertThat(Sabotage.ALL.stream().map(Sabotage::name))
        .containsExactlyInAnyOrderElementsOf(inSources);
    assertThat(Sabotage.ALL.stream().map(Sabotage::leg).distinct())
        .allSatisfy(leg ->
            assertThat(Sabotage.ALL).filteredOn(it -> it.leg().equals(leg)).hasSizeGreaterThan(2));
  }

  @Test
  @Order(2)
  @DisplayName("pass where nothing is sabotaged")
  void clean() throws Exception {
    Ended ended = workshop.run("", "");
    assertThat(ended.verdict()).as(ended.out()).isEqualTo("GREEN");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sabotages")
  @Order(3)
  @DisplayName("turn red under")
  void red(Sabotage sabotage) throws Exception {
    Ended ended = workshop.run(sabotage.leg(), sabotage.name());
    boolean red = ended.outcome().equals("FAILED") && !ended.message().isEmpty();
    TABLE.add(
        "  %-30s %-25s %-5s %5.1f s  %s"
            .formatted(
                sabotage.name(),
                sabotage.leg(),
                red ? "red" : ended.verdict(),
                ended.seconds(),
                shown(ended.message())));
    assertThat(ended.outcome()).as(ended.out()).isEqualTo("FAILED");
    assertThat(ended.message()).as("a case that failed: %s", ended.out()).isNotEmpty();
  }

  private static String shown(String message) {
    String line = message.replaceAll("\\s+", " ").strip();
    return line.length() <= 150 ? line : line.substring(0, 149) + "…";
  }
}
