package gate.kernel.process;

/**
 * A process as {@code /proc/PID/stat} shows it.
 *
 * @param start when it started, in clock ticks since boot: with the pid it names a process for good
 */
record Stat(
    int pid, String name, char state, int parent, int group, int session, int threads, long start) {

  /** Whether it still runs: a leader that is gone while its threads go on counts as running. */
  boolean alive() {
    return threads > 1 || (state != 'Z' && state != 'X');
  }

  boolean same(Stat other) {
    return other != null && pid == other.pid && start == other.start;
  }

  /** Null where the text isn't one of {@code /proc/PID/stat}. */
  static Stat parse(byte[] text, int length) {
    int open = indexOf(text, length, (byte) '(');
    int close = length - 1;
    while (close > open && text[close] != ')') {
      close--;
    }
    if (open < 2 || close <= open || close + 4 >= length) {
      return null;
    }
    // Fields are counted from 1, as in proc(5); the name is the second, and may hold anything.
    int parent = 0;
    int group = 0;
    int session = 0;
    int threads = 0;
    long start = 0;
    int at = close + 4;
    for (int field = 4; field <= 22; field++) {
      long value = 0;
      boolean minus = false;
      for (; at < length && text[at] > ' '; at++) {
        if (text[at] == '-') {
          minus = true;
        } else {
          value = value * 10 + (text[at] - '0');
        }
      }
      at++;
      switch (field) {
        case 4 -> parent = (int) value;
        case 5 -> group = minus ? -1 : (int) value;
        case 6 -> session = minus ? -1 : (int) value;
        case 20 -> threads = (int) value;
        case 22 -> start = value;
        default -> {}
      }
    }
    int pid = 0;
    for (int i = 0; i < open - 1; i++) {
      pid = pid * 10 + (text[i] - '0');
    }
    String name =
        new String(text, open + 1, close - open - 1, java.nio.charset.StandardCharsets.UTF_8);
    return new Stat(pid, name, (char) text[close + 2], parent, group, session, threads, start);
  }

  private static int indexOf(byte[] text, int length, byte wanted) {
    for (int i = 0; i < length; i++) {
      if (text[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
