package gate.dsl;

import java.util.List;
import java.util.Set;

/**
 * The names that a leg's script may use.
 *
 * @param flags toggles that are flags
 * @param settings the other toggles
 * @param services those that the leg lists
 * @param axes those that the leg has
 * @param workspaces every workspace
 */
public record Declared(
    Set<String> flags,
    Set<String> settings,
    Set<String> services,
    Set<String> axes,
    List<String> workspaces) {
  public Declared {
    flags = Set.copyOf(flags);
    settings = Set.copyOf(settings);
    services = Set.copyOf(services);
    axes = Set.copyOf(axes);
    workspaces = List.copyOf(workspaces);
  }
}
