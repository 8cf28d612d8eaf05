package gate.report;

import gate.base.World;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** A world whose output is kept. */
final class Outside {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  final World world;

  private Outside(boolean terminal, Map<String, String> env) {
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    Path here = Path.of("").toAbsolutePath();
    world = new World(env, here, here, Path.of("/"), out, out, terminal, 60, Clock.systemUTC());
  }

  static Outside plain() {
    return plain(Map.of());
  }

  static Outside plain(Map<String, String> env) {
    return new Outside(false, env);
  }

  static Outside terminal(Map<String, String> env) {
    return new Outside(true, env);
  }

  String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
