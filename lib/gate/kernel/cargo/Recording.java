package gate.kernel.cargo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What one selection of tests consists of.
 *
 * @param binaries in the order in which cargo runs them
 * @param startable the executables that they may start
 * @param anew whether each build makes those anew
 * @param doctests whether cargo runs doctests after them
 * @param leftOut tests of its packages whose features aren't on
 */
record Recording(
    List<Binary> binaries,
    List<Startable> startable,
    boolean anew,
    boolean doctests,
    List<LeftOut> leftOut) {
  /** A target of integration tests that cargo leaves out without a word. */
  record LeftOut(String test, List<String> requiredFeatures) {}

  Recording {
    leftOut = List.copyOf(leftOut);
    binaries = List.copyOf(binaries);
    startable = List.copyOf(startable);
  }

  /** The same after another build, which made all of it anew. */
  Recording builtAnew() throws IOException {
    List<Startable> now = new ArrayList<>();
    for (Startable it : startable) {
      now.add(Startable.of(it.path(), false));
    }
    return new Recording(binaries.stream().map(Binary::now).toList(), now, true, doctests, leftOut);
  }
}
