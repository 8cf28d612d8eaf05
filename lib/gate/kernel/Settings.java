package gate.kernel;

import gate.base.World;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a plan is run.
 *
 * @param gate the gate's version
 * @param command what was typed, for the journal
 * @param jobs how many legs run side by side at most
 * @param retries how often a leg is tried again; empty: as each leg says
 * @param failFast whether no leg is started after one that didn't pass
 * @param strict whether anything partial is refused
 */
public record Settings(
    World world,
    String gate,
    List<String> command,
    int jobs,
    OptionalInt retries,
    boolean failFast,
    boolean strict) {
  public Settings {
    command = List.copyOf(command);
  }
}
