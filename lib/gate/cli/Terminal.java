package gate.cli;

import java.io.Console;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * What is known of the terminal.
 *
 * @param person whether a person watches, and lines can be changed
 * @param columns its width; 80 where that isn't known
 */
public record Terminal(boolean person, int columns) {
  private static final int USUAL = 80;

  /** The one that the gate was called from. */
  public static Terminal of(Map<String, String> env) {
    Console console = System.console();
    boolean person =
        console != null && console.isTerminal() && !env.getOrDefault("TERM", "dumb").equals("dumb");
    return new Terminal(person, person ? width() : USUAL);
  }

  private static int width() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Redirect.from(Path.of("/dev/tty").toFile()))
              .redirectError(Redirect.DISCARD)
              .start();
      String[] size =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
              .strip()
              .split(" ");
      return size.length == 2 ? Math.clamp(Integer.parseInt(size[1]), 20, 500) : USUAL;
    } catch (IOException | NumberFormatException e) {
      return USUAL;
    }
  }
}
