package gate.dsl;

/** How a command ended. In a dry run asking it anything ends the step's walk. */
public interface Result {
  /** Its exit code. */
  int code();

  /**
   * What it printed, standard output and error in their order, as UTF-8 with replacements; at most
   * the first mebibyte.
   */
  String output();
}
