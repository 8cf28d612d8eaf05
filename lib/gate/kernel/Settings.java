package gate.kernel;

import gate.base.World;
import gate.definition.Leg;
import gate.journal.Outcome;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How a plan is run.
 *
 * @param gate the gate's version
 * @param command what was typed, for the journal
 * @param jobs how many legs run side by side at most
 * @param retries how often a leg is tried again; empty: as each leg says
 * @param repeat how often each leg is run, whatever comes of it; 1 where nothing is said
 * @param failFast whether no leg is started after one that didn't pass
 * @param blocked how legs ended elsewhere that ran there and didn't pass, by id; a leg that needs
 *     one doesn't run
 * @param strict whether anything partial is refused
 * @param read the definition and the scripts that the plan is made of
 */
public record Settings(
    World world,
    String gate,
    List<String> command,
    int jobs,
    OptionalInt retries,
    int repeat,
    boolean failFast,
    Map<String, Outcome> blocked,
    boolean strict,
    AsRead read) {
  public Settings {
    command = List.copyOf(command);
    blocked = Map.copyOf(blocked);
  }

  /** How often a leg is tried at most. */
  public int most(Leg leg) {
    return tries(leg).most();
  }

  /** How often a leg is tried. */
  Tries tries(Leg leg) {
    return repeat > 1
        ? new Tries(repeat, true)
        : new Tries(1 + retries.orElse(leg.retries()), false);
  }
}
