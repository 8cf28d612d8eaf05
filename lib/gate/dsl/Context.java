package gate.dsl;

import java.util.Map;

/**
 * What a leg's script can ask for.
 *
 * @param flags the flags by name
 * @param settings the other toggles by name
 * @param axes the cell's values by axis
 * @param actions what its steps do
 */
public record Context(
    Map<String, Flag> flags,
    Map<String, Setting> settings,
    Map<String, String> axes,
    Actions actions) {
  public Context {
    flags = Map.copyOf(flags);
    settings = Map.copyOf(settings);
    axes = Map.copyOf(axes);
  }
}
