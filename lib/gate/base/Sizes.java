package gate.base;

import java.util.Locale;

/** Amounts of bytes as they are written: a whole number and a unit. */
public final class Sizes {
  public static final String PATTERN = "^[1-9][0-9]{0,5}(?:MiB|GiB|TiB)$";

  private Sizes() {}

  /** The bytes that a text of {@link #PATTERN} tells. */
  public static long parse(String text) {
    int digits = Durations.digits(text);
    long count = Long.parseLong(text.substring(0, digits));
    return switch (text.substring(digits)) {
      case "MiB" -> count << 20;
      case "GiB" -> count << 30;
      case "TiB" -> count << 40;
      default -> throw new IllegalArgumentException(text);
    };
  }

  /** In GiB with one digit, such as {@code 1.5 GiB}. */
  public static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
