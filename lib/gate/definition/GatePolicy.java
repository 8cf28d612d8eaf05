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
 * @param tags patterns of the tags that are releases
 * @param signed whether the evidence has to be signed
 * @param signers the names of who may sign; none: whoever stands in {@link #SIGNERS}
 * @param cases how many each leg has to have passed at least
 * @param fewerCases whether a leg may have passed fewer than in the last release
 * @param budget how many bytes a kept run's logs may take, compressed
 */
public record GatePolicy(
    Optional<Duration> maxAge,
    List<String> require,
    Optional<String> accelerator,
    Flaky flaky,
    List<String> unbound,
    List<String> tags,
    boolean signed,
    List<String> signers,
    int cases,
    boolean fewerCases,
    long budget) {
  /** Where the evidence is kept, below the definition's folder. */
  public static final String EVIDENCE = "docs/evidence";

  /** Whose keys may sign it, below the definition's folder. */
  public static final String SIGNERS = "docs/allowed-signers";

  public GatePolicy {
    require = List.copyOf(require);
    unbound = List.copyOf(unbound);
    tags = List.copyOf(tags);
    signers = List.copyOf(signers);
  }

  /** Whether a tag is a release's. */
  public boolean isRelease(String tag) {
    return tags.stream()
        .map(pattern -> "\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E")
        .anyMatch(tag::matches);
  }

  /** What becomes of a leg that passed only when tried again. */
  public enum Flaky {
    /** The run is red. */
    DENY,
    /** The run is partial. */
    ALLOW
  }
}
