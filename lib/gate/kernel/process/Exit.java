package gate.kernel.process;

import java.util.OptionalInt;

/**
 * How a process ended: by itself, with a code, or by a signal. Exactly one of the two is there.
 *
 * @param code the exit code
 * @param signal the number of the signal that killed it
 */
public record Exit(OptionalInt code, OptionalInt signal) {

  public Exit {
    if (code.isPresent() == signal.isPresent()) {
      throw new IllegalArgumentException("a process ends by a code or by a signal, never by both");
    }
  }

  static Exit ofCode(int code) {
    return new Exit(OptionalInt.of(code), OptionalInt.empty());
  }

  static Exit ofSignal(int signal) {
    return new Exit(OptionalInt.empty(), OptionalInt.of(signal));
  }

  /** Whether it ended by itself with code 0. */
  public boolean ok() {
    return code.isPresent() && code.getAsInt() == 0;
  }

  /** As in {@code exit code 101} or {@code killed by SIGSEGV (11)}. */
  public String describe() {
    return code.isPresent()
        ? "exit code " + code.getAsInt()
        : "killed by " + Signals.name(signal.getAsInt()) + " (" + signal.getAsInt() + ")";
  }
}
