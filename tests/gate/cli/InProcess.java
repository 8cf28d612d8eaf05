package gate.cli;

import gate.base.World;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Commands in the tests' own process: for tables of many that start nothing. */
final class InProcess {
  private InProcess() {}

  /** A checkout whose commands are only read. */
  static World world(Path checkout) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream nowhere = new PrintStream(out, true, StandardCharsets.UTF_8);
    return world(checkout, Map.of(), nowhere, nowhere);
  }

  private static World world(
      Path checkout, Map<String, String> env, PrintStream out, PrintStream err) {
    return new World(env, checkout, checkout, Path.of("/"), out, err, false, 80, Clock.systemUTC());
  }

  /**
   * A command in a checkout.
   *
   * @param more of the environment, as {@code NAME=VALUE}
   */
  static Checkout.Result run(Path checkout, List<String> more, String... words) {
    Map<String, String> env = new TreeMap<>();
    env.put("PATH", System.getenv("PATH"));
    env.put("HOME", System.getenv("HOME"));
    env.put("LANG", "C.UTF-8");
    more.forEach(it -> env.put(it.split("=", 2)[0], it.split("=", 2)[1]));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    World world =
        world(
            checkout,
            env,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    int code = Matrix.run(world, List.of(words));
    return new Checkout.Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), checkout);
  }
}
