package gate.base;

import java.util.List;

/** The names of the gate's own commands: behind {@code ./jbang matrix.java} no leg is meant. */
public final class Subcommands {
  /** In the order of the help. */
  public static final List<String> NAMES =
      List.of(
          "run",
          "list",
          "plan",
          "show",
          "why",
          "lint",
          "new",
          "schema",
          "doctor",
          "runs",
          "report",
          "merge",
          "trace",
          "evidence",
          "gate",
          "export",
          "clean",
          "completion",
          "man");

  private Subcommands() {}

  /** What stands before words that name legs, where one of them would be taken for a command. */
  public static List<String> before(List<String> legs) {
    return legs.stream().anyMatch(NAMES::contains) ? List.of("run") : List.of();
  }
}
