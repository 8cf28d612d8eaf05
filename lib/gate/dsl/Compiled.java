package gate.dsl;

import gate.base.Diagnostic;
import java.util.List;
import java.util.Map;

/** What compiling all scripts came to. */
public sealed interface Compiled {
  /** All compile; by the leg's name. */
  record Ok(Map<String, LegFactory> legs) implements Compiled {}

  /** What is wrong, for all scripts, in the order of scripts and lines. */
  record Failed(List<Diagnostic> diagnostics) implements Compiled {}
}
