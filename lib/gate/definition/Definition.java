package gate.definition;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A matrix.yaml without a fault: every name in it is declared, every default filled in. Maps and
 * lists keep the file's order and can't be changed.
 *
 * @param file the file, as it was named to the loader
 * @param name what the matrix is called
 * @param workspaces the Cargo workspaces, by name
 * @param toggles the declared toggles, by name; the built-in ones ({@link BuiltIn}) and the
 *     variables of {@link Workspace#env()} aren't among them unless declared
 * @param notToggles variables that look like toggles and aren't
 * @param services the services, by name
 * @param legs the legs; one with axes is here once a cell
 * @param runs which runs' folders are kept
 * @param gate what a release asks for
 */
public record Definition(
    Path file,
    String name,
    Map<String, Workspace> workspaces,
    Map<String, Toggle> toggles,
    Set<String> notToggles,
    Map<String, Service> services,
    List<Leg> legs,
    KeptRuns runs,
    GatePolicy gate) {

  public Definition {
    workspaces = Ordered.map(workspaces);
    toggles = Ordered.map(toggles);
    notToggles = Ordered.set(notToggles);
    services = Ordered.map(services);
    legs = List.copyOf(legs);
  }

  /** The folder that the file lies in, and that paths in it start from; absolute. */
  public Path folder() {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  /** The Groovy script of a leg; all cells of a leg share one. Nobody has looked if it is there. */
  public Path script(Leg leg) {
    return folder().resolve("legs").resolve(leg.script() + ".groovy");
  }
}
