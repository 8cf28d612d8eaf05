package gate.dsl;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tests of one Cargo package. Without a target: all that {@code cargo test -p} builds, doctests
 * included.
 *
 * @param packageName the package, as {@code -p} takes it
 * @param workspace the workspace by its name in matrix.yaml; empty: the only one there is
 * @param target which of the package's targets
 * @param exactCase the one case to run, by its full name; empty: all
 * @param filter only cases whose name contains it; empty: all
 * @param ignored whether the cases marked {@code #[ignore]} run, instead of the others
 * @param features features to turn on
 * @param allFeatures whether all features are on
 * @param defaultFeatures whether the default ones are
 * @param release whether the release profile is used; the same as {@code profile: 'release'}
 * @param profile the profile, or empty
 * @param env variables of the test processes
 * @param threads {@code --test-threads}; empty: libtest's own
 */
public record CargoTest(
    String packageName,
    Optional<String> workspace,
    Target target,
    Optional<String> exactCase,
    Optional<String> filter,
    boolean ignored,
    List<String> features,
    boolean allFeatures,
    boolean defaultFeatures,
    Optional<String> profile,
    Map<String, String> env,
    Optional<Integer> threads) {

  /** Which targets of a package. */
  public sealed interface Target {
    /** All of them. */
    record All() implements Target {}

    /** {@code --lib}. */
    record Lib() implements Target {}

    /** {@code --bins}. */
    record Bins() implements Target {}

    /** {@code --tests}. */
    record Tests() implements Target {}

    /** {@code --test NAME}. */
    record Test(String name) implements Target {}

    /** {@code --bin NAME}. */
    record Bin(String name) implements Target {}

    /** {@code --example NAME}. */
    record Example(String name) implements Target {}

    /** {@code --doc}. */
    record Doc() implements Target {}
  }

  public CargoTest {
    features = List.copyOf(features);
    env = Map.copyOf(env);
  }
}
