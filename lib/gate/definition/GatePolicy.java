package gate.definition;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a release asks of the evidence.
 *
 * @param maxAge how old it may be
 * @param require the toggles that have to be set
 * @param accelerator what the virtual machines have to run on: {@code kvm}, or {@code tcg} where
 *     emulation is enough
 * @param flaky if a flaky leg turns a run red
 * @param unbound files and folders that may change between the run and the release; relative to the
 *     repository, never out of it, without a trailing slash
 */
public record GatePolicy(
    Optional<Duration> maxAge,
    List<String> require,
    Optional<String> accelerator,
    Flaky flaky,
    List<String> unbound) {

  public GatePolicy {
    require = List.copyOf(require);
    unbound = List.copyOf(unbound);
  }

  /** What becomes of a leg that passed only when tried again. */
  public enum Flaky {
    /** The run is red. */
    DENY,
    /** The run is partial. */
    ALLOW
  }
}
