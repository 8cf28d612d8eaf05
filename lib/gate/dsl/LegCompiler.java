package gate.dsl;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Compiles leg scripts: all of them before any runs. */
public final class LegCompiler {
  private final Optional<Path> cache;

  /**
   * @param cache the folder that keeps compiled legs, created when needed; empty: nothing is kept
   */
  public LegCompiler(Optional<Path> cache) {
    this.cache = cache;
  }

  /** Compiles them; what is wrong with a script, or that it is missing, is in the answer. */
  public Compiled compile(List<Script> scripts) {
    throw new UnsupportedOperationException("not yet: " + cache + scripts);
  }
}
