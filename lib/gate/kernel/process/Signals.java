package gate.kernel.process;

import java.util.List;

/** The numbers and names of Linux's signals, alike on x86-64, AArch64 and RISC-V. */
final class Signals {
  static final int HUP = 1;
  static final int INT = 2;
  static final int KILL = 9;
  static final int TERM = 15;
  static final int CHLD = 17;
  static final int CONT = 18;

  private static final int FIRST_REAL_TIME = 34;
  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private Signals() {}

  static String name(int signal) {
    if (signal >= 1 && signal <= NAMES.size()) {
      return "SIG" + NAMES.get(signal - 1);
    }
    return signal >= FIRST_REAL_TIME ? "SIGRTMIN+" + (signal - FIRST_REAL_TIME) : "signal";
  }
}
