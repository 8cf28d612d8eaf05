package gate.cli;

import gate.plan.Refused;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Function;

/** Asks a person on a terminal. */
final class Questions {
  private final BufferedReader in;
  private final PrintStream out;

  Questions(BufferedReader in, PrintStream out) {
    this.in = in;
    this.out = out;
  }

  /** Those of the terminal that the gate was called from; empty where there is none. */
  static Optional<Questions> onTerminal(PrintStream out) {
    java.io.Console console = System.console();
    return console == null || !console.isTerminal()
        ? Optional.empty()
        : Optional.of(new Questions(new BufferedReader(console.reader()), out));
  }

  /**
   * Asks until the answer will do.
   *
   * @param usual the answer of who presses Enter alone
   * @param read makes of the answer what is asked for, or refuses it
   * @throws Refused where the answers end
   */
  <T> T ask(String question, String usual, Function<String, T> read) {
    while (true) {
      out.printf("%s%s ", question, usual.isEmpty() ? "" : " [" + usual + "]");
      out.flush();
      String line = line();
      try {
        return read.apply(line.isBlank() ? usual : line.strip());
      } catch (Refused e) {
        e.messages().forEach(out::println);
      }
    }
  }

  private String line() {
    try {
      String line = in.readLine();
      if (line == null) {
        out.println();
        throw new NoMore();
      }
      return line;
    } catch (IOException e) {
      throw new NoMore();
    }
  }

  /** Nobody answers any more. */
  static final class NoMore extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
