package gate.report;

/** Lengths of time and numbers of things, as every report writes them. */
public final class Amounts {
  private Amounts() {}

  /** As {@code 340 ms}, {@code 12.3 s}, {@code 2 m 05 s}, {@code 1 h 02 m}; rounded down. */
  public static String time(long millis) {
    if (millis < 1_000) {
      return millis + " ms";
    }
    long seconds = millis / 1_000;
    if (seconds < 60) {
      return seconds + "." + millis % 1_000 / 100 + " s";
    }
    return seconds < 3_600
        ? pair(seconds / 60, "m", seconds % 60, "s")
        : pair(seconds / 3_600, "h", seconds % 3_600 / 60, "m");
  }

  /** The same for something that still runs: nothing below a second. */
  static String running(long millis) {
    return millis < 60_000 ? millis / 1_000 + " s" : time(millis);
  }

  /** As {@code 12.340}. */
  static String seconds(long millis) {
    long rest = millis % 1_000;
    return millis / 1_000 + (rest < 10 ? ".00" : rest < 100 ? ".0" : ".") + rest;
  }

  /** As {@code 1 leg}, {@code 2 legs}. */
  public static String of(long count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }

  private static String pair(long large, String unit, long small, String smaller) {
    return "%s %s %s%s %s".formatted(large, unit, small < 10 ? "0" : "", small, smaller);
  }
}
