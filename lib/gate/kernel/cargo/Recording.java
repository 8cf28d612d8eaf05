package gate.kernel.cargo;

import java.util.List;

/**
 * What one selection of tests consists of.
 *
 * @param binaries in the order in which cargo runs them
 * @param startable what was built beside them
 * @param doctests whether cargo runs doctests after them
 */
record Recording(List<Binary> binaries, List<Startable> startable, boolean doctests) {
  Recording {
    binaries = List.copyOf(binaries);
    startable = List.copyOf(startable);
  }
}
