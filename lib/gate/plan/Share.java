package gate.plan;

import java.util.Map;

/** How much of a plan is run here. */
public sealed interface Share {
  /** All that was selected. */
  record All() implements Share {}

  /**
   * One of so many shards.
   *
   * @param index from 1
   * @param millis how long legs took before, by leg; all that make a shard of this plan have to
   *     know the same
   */
  record Shard(int index, int count, Map<String, Long> millis) implements Share {
    public Shard {
      millis = Map.copyOf(millis);
    }
  }

  /** One leg; each of the others is run by itself somewhere else. */
  record OneLeg(String leg) implements Share {}
}
