package gate.definition;

import gate.base.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A leg, or one cell of a leg with axes.
 *
 * @param id its name; for a cell {@code name@axis=value,axis=value}
 * @param script the leg's name, which is its script's too
 * @param title what it shows, in one line
 * @param covers the services it covers
 * @param needs the ids of the legs that have to pass first; a leg with axes stands here with all
 *     its cells
 * @param services the services that have to be reachable
 * @param timeout how long it may take
 * @param retries how many times it may be tried again
 * @param cpus how many processors an engine sets aside for it
 * @param memory how many bytes of memory it sets aside; empty: as many as it likes
 * @param locks what it shares with no other leg while it runs
 * @param skip the flag that skips it
 * @param planned the flag that it waits for
 * @param env environment variables of its processes
 * @param axes the cell's values by axis; empty where the leg has no axes
 * @param allow the outcomes, {@code flaky} and {@code leaked}, that don't turn the run red
 * @param position where it is declared
 */
public record Leg(
    String id,
    String script,
    String title,
    List<String> covers,
    List<String> needs,
    List<String> services,
    Duration timeout,
    int retries,
    int cpus,
    Optional<Long> memory,
    List<String> locks,
    Optional<String> skip,
    Optional<String> planned,
    Map<String, String> env,
    Map<String, String> axes,
    Set<String> allow,
    Position position) {

  public Leg {
    covers = List.copyOf(covers);
    needs = List.copyOf(needs);
    services = List.copyOf(services);
    locks = List.copyOf(locks);
    env = Ordered.map(env);
    axes = Ordered.map(axes);
    allow = Ordered.set(allow);
  }
}
