package gate.definition;

import java.util.Map;
import java.util.TreeMap;

/** The toggles that work with any definition, and that no definition may declare. */
public final class BuiltIn {
  /** Prints what would run. */
  public static final String DRY_RUN = "DRY_RUN";

  /** Names the run's folder. */
  public static final String LOG_DIR = "LOG_DIR";

  /** Both names, each with what it does. */
  public static final Map<String, String> TOGGLES =
      Ordered.map(
          new TreeMap<>(
              Map.of(
                  DRY_RUN, "a dry run: print each step's commands, run none",
                  LOG_DIR, "the folder that a run writes to")));

  private BuiltIn() {}
}
