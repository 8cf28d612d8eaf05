package gate.definition;

import java.time.Duration;
import java.util.Optional;

/**
 * Which runs' folders are kept; both empty: all.
 *
 * @param most how many
 * @param maxAge how old they may be
 */
public record KeptRuns(Optional<Integer> most, Optional<Duration> maxAge) {}
