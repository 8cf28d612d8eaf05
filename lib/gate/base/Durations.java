package gate.base;

import java.time.Duration;
import java.util.List;

/** Lengths of time as they are written: a whole number and a unit. */
public final class Durations {
  public static final List<String> UNITS = List.of("ms", "s", "m", "h", "d");
  public static final String PATTERN = "^[1-9][0-9]{0,5}(?:ms|s|m|h|d)$";

  private Durations() {}

  /** The length that a text of {@link #PATTERN} tells. */
  public static Duration parse(String text) {
    int digits = digits(text);
    long count = Long.parseLong(text.substring(0, digits));
    return switch (text.substring(digits)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      case "d" -> Duration.ofDays(count);
      default -> throw new IllegalArgumentException(text);
    };
  }

  /** A length for people, in one unit, rounded down: {@code 3 days}, {@code 30 hours}. */
  public static String rough(Duration length) {
    long seconds = Math.max(0, length.toSeconds());
    return seconds >= 2 * 86_400
        ? seconds / 86_400 + " days"
        : seconds >= 2 * 3_600
            ? seconds / 3_600 + " hours"
            : seconds >= 120 ? seconds / 60 + " minutes" : seconds + " seconds";
  }

  /** How many digits the text begins with. */
  public static int digits(String text) {
    int at = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}
