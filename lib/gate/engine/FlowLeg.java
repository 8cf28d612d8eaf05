package gate.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A leg as an engine sees it.
 *
 * @param needs the legs that have to pass first
 * @param after the legs that have to be over first, however they end: they share a lock with it
 * @param memory in bytes; empty: as much as the engine gives
 * @param time how long a machine may take for it
 * @param labels what its machine has to have, such as {@code kvm}
 * @param mayLeak whether those that need it run where it only leaked
 */
public record FlowLeg(
    String id,
    List<String> needs,
    List<String> after,
    int cpus,
    Optional<Long> memory,
    Duration time,
    List<String> labels,
    boolean mayLeak) {
  public FlowLeg {
    needs = List.copyOf(needs);
    after = List.copyOf(after);
    labels = List.copyOf(labels);
  }
}
