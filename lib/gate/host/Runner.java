package gate.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runs the host's own programs to ask them something. Safe for several threads. */
public interface Runner {
  /**
   * A program to ask.
   *
   * @param argv the program and its arguments; no shell
   * @param where the folder that it runs in
   * @param input what it reads; empty: nothing
   * @param most after which it is ended, with all that it has started
   */
  record Call(List<String> argv, Path where, String input, Duration most) {
    public Call {
      argv = List.copyOf(argv);
    }
  }

  /**
   * What came of it.
   *
   * @param code its exit code; empty where it didn't end by itself
   * @param how how it ended, as in {@code exit code 1}
   * @param output of its standard output at most 16 MiB
   * @param errors of its standard error at most 64 KiB
   */
  record Ran(Optional<Integer> code, String how, String output, String errors) {
    /** Whether it ended with exit code 0. */
    public boolean ok() {
      return code.equals(Optional.of(0));
    }

    /** The last line that it complained with, or how it ended; printable and short. */
    public String complaint() {
      List<String> lines = errors.lines().filter(line -> !line.isBlank()).toList();
      String last = lines.isEmpty() ? how : lines.getLast().strip();
      return Programs.printable(last);
    }
  }

  /** Runs it. What can't be started has no code, and says why in {@code how}. */
  Ran run(Call call);

  /** A folder for files that programs are to read or write; gone with this runner. */
  Path folder();
}
