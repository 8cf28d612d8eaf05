package gate.cli;

import gate.base.Secrets;
import gate.base.Shown;
import gate.base.World;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** A command: it is made for one world, and answers with an exit code. */
abstract class Answering implements Callable<Integer> {
  private final World world;

  Answering(World world) {
    this.world = world;
  }

  /** Prints what is said, without what nobody may see. */
  void print(Secrets secrets, Consumer<PrintStream> said) {
    world.out().print(secrets.shown(text(said)));
  }

  /**
   * The same of fields, as JSON: each text is masked before quotes and escapes are laid around it.
   */
  void printJson(Secrets secrets, Object fields) {
    world.out().println(Json.text(masked(secrets, fields)));
  }

  private static Object masked(Secrets secrets, Object fields) {
    return switch (fields) {
      case Map<?, ?> map -> {
        Map<String, Object> masked = new LinkedHashMap<>();
        map.forEach((name, value) -> masked.put(secrets.shown(name), masked(secrets, value)));
        yield masked;
      }
      case Collection<?> list -> list.stream().map(it -> masked(secrets, it)).toList();
      case String text -> secrets.shown(text);
      case null, default -> fields;
    };
  }

  /** The same for people: whatever is in a line, to a terminal it is text. */
  void printLines(Secrets secrets, Consumer<PrintStream> said) {
    secrets.shown(text(said)).lines().map(Shown::line).forEach(world.out()::println);
  }

  private static String text(Consumer<PrintStream> said) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    said.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  World world() {
    return world;
  }
}
