package gate.definition;

import gate.base.Diagnostic;
import java.util.List;

/** What came of loading a definition. */
public sealed interface Loaded {
  /**
   * It is without a fault.
   *
   * @param definition what it says
   */
  record Ok(Definition definition) implements Loaded {}

  /**
   * It isn't.
   *
   * @param diagnostics all that is wrong, at least one, in the file's order
   */
  record Failed(List<Diagnostic> diagnostics) implements Loaded {
    public Failed {
      diagnostics = List.copyOf(diagnostics);
    }
  }
}
