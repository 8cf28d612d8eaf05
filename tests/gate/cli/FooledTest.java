package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import gate.base.ThisCheckout;
import gate.cli.Fooled.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus tests/gate/fooled: its README.md tells what an entry holds. */
@DisplayName("The gate is not fooled by")
class FooledTest {
  private static final int AT_ONCE = 2;

  /** A pattern for names of entries, for whoever writes one. */
  private static final String CHOSEN = System.getenv().getOrDefault("FOOLED", ".*");

  private static final Set<String> COLOURS = Set.of("green", "red");

  @TempDir static Path temp;
  private static final Map<String, Future<Seen>> SEEN = new LinkedHashMap<>();
  private static ExecutorService runs;

  static Stream<Fooled> entries() throws IOException {
    try (Stream<Path> files = Files.list(ThisCheckout.root().resolve("tests/gate/fooled"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("(?:" + CHOSEN + ")[.]yaml"))
          .sorted()
          .map(Fooled::read)
          .toList()
          .stream();
    }
  }

  /** Each waits most of its time for processes, so some run at once. */
  @BeforeAll
  static void start() throws IOException {
    runs = Executors.newFixedThreadPool(AT_ONCE);
    entries().forEach(it -> SEEN.put(it.way(), runs.submit(() -> it.see(temp.resolve(it.name())))));
  }

  @AfterAll
  static void stop() {
    runs.shutdownNow();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("entries")
  void is_not_fooled_by(Fooled entry) throws Exception {
    Seen seen = SEEN.get(entry.way()).get();
    assumeTrue(seen.lacks().isEmpty(), seen.lacks());
    Checkout.Result gate = seen.gate();
    String told = gate.out() + gate.err();
    String verdict = entry.verdict();
    assertThat(gate.code()).as("exit code; it said:\n%s", told).isEqualTo(entry.code());
    switch (verdict) {
      case "REFUSED" -> assertThat(gate.verdict()).isEqualTo("(no verdict)"); // nothing ran
      case "KILLED" -> assertThat(gate.out()).doesNotContain("GREEN", "PARTIAL");
      default -> assertThat(gate.verdict()).startsWith(verdict);
    }
    entry.says().forEach(sentence -> assertThat(told).contains(sentence));
    assertThat(told).doesNotContain("a defect of the gate", "\tat ");
    seen.then().ifPresent(then -> assertThat(then).as("what holds afterwards").isEmpty());
    seen.report().ifPresent(report -> assertThat(report).contains(entry.report().orElseThrow()));
    seen.cargoTest()
        .ifPresent(word -> assertThat(word).as("cargo test").isEqualTo(entry.cargoTest()));
    if (seen.nextest().isPresent() && COLOURS.contains(entry.nextest())) {
      assertThat(seen.nextest().get()).as("cargo nextest").isEqualTo(entry.nextest());
    }
  }
}
