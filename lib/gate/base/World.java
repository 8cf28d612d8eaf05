package gate.base;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lies outside the program and changes what it does.
 *
 * @param env the environment
 * @param folder where it was called; absolute
 * @param home the checkout that matrix.java lies in, or {@code folder} where that isn't known
 * @param root the file system's root, below which the host's facts are looked up
 * @param out takes results
 * @param err takes talk
 * @param terminal whether a person watches {@code out} on a terminal whose lines can be changed
 * @param columns that terminal's width
 * @param clock the wall clock
 */
public record World(
    Map<String, String> env,
    Path folder,
    Path home,
    Path root,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    int columns,
    Clock clock) {
  public World {
    env = Collections.unmodifiableMap(new TreeMap<>(env));
  }

  /** Whether the terminal is there and nobody forbade colours. */
  public boolean colours() {
    return terminal && env("NO_COLOR").isEmpty();
  }

  /** An environment variable, or empty text. */
  public String env(String name) {
    return env.getOrDefault(name, "");
  }
}
