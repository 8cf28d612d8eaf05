package gate.kernel.cargo;

import static org.assertj.core.api.Assertions.assertThat;

import gate.kernel.cargo.Turns.What;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("While tests run, a build")
class TurnsTest {
  private static final Path WORKSPACE = Path.of("/w");
  private static final List<String> PLAIN = List.of("cargo", "test", "-p", "a");
  private static final List<String> EXTRA = List.of("cargo", "test", "-p", "a", "--features", "x");

  private final Turns turns = new Turns();
  private final BlockingQueue<String> said = new ArrayBlockingQueue<>(100);

  private static What what(List<String> how, Map<String, String> env) {
    return new What(Optional.of("a"), "dev", how, env);
  }

  /** Tests that run from now on. */
  private What running(What what, boolean anew) {
    turns.build(
        WORKSPACE,
        what,
        said::add,
        () -> {
          turns.begin(WORKSPACE, what, anew);
          return null;
        });
    return what;
  }

  private Thread build(String name, What what) {
    return Thread.ofVirtual()
        .start(() ->
            turns.build(WORKSPACE, what, why -> said.add(name + " " + why), () -> said.add(name)));
  }

  private String next() throws InterruptedException {
    return said.poll(10, TimeUnit.SECONDS);
  }

  static Stream<Arguments> harmless() {
    return Stream.of(
        Arguments.of("made the same way", what(PLAIN, Map.of("CARGO_HOME", "/c"))),
        Arguments.of("with other variables", what(PLAIN, Map.of("CARGO_HOME", "/c", "X", "1"))),
        Arguments.of(
            "with variables of what prints",
            what(PLAIN, Map.of("CARGO_HOME", "/c", "RUST_LOG", "x", "CARGO_TERM_COLOR", "never"))),
        Arguments.of("of another package", new What(Optional.of("b"), "dev", EXTRA, Map.of())),
        Arguments.of("of another profile", new What(Optional.of("a"), "release", EXTRA, Map.of())),
        Arguments.of("in another folder", what(EXTRA, Map.of("CARGO_TARGET_DIR", "/elsewhere"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("harmless")
  void goes_on(String name, What what) throws InterruptedException {
    running(what(PLAIN, Map.of("CARGO_HOME", "/c")), false);
    build(name, what);
    assertThat(next()).isEqualTo(name);
  }

  static Stream<Arguments> harmful() {
    return Stream.of(
        Arguments.of("with other features", what(EXTRA, Map.of()), false),
        Arguments.of("with other flags", what(PLAIN, Map.of("RUSTFLAGS", "-g")), false),
        Arguments.of(
            "of any package",
            new What(Optional.empty(), "dev", PLAIN.subList(0, 2), Map.of()),
            false),
        Arguments.of("that makes all anew", what(PLAIN, Map.of()), true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("harmful")
  void waits_and_says_so(String name, What what, boolean anew) throws InterruptedException {
    What tests = running(what(PLAIN, Map.of()), anew);
    Thread build = build(name, what);
    assertThat(next())
        .isEqualTo(name + " waits for tests that may start what was built by `cargo test -p a`");
    build.join(java.time.Duration.ofMillis(50));
    assertThat(build.isAlive()).isTrue();
    turns.ended(WORKSPACE, tests);
    assertThat(next()).isEqualTo(name);
  }

  @Test
  void that_waits_is_not_overtaken_for_ever_by_tests_that_need_not() throws InterruptedException {
    What tests = running(what(PLAIN, Map.of()), false);
    build("first", what(EXTRA, Map.of()));
    assertThat(next()).startsWith("first waits");
    build("second", what(PLAIN, Map.of()));
    build("other", new What(Optional.of("b"), "dev", PLAIN, Map.of()));
    assertThat(next()).isEqualTo("other");
    turns.ended(WORKSPACE, tests);
    assertThat(next()).isEqualTo("first");
    assertThat(next()).isEqualTo("second");
  }
}
