package gate.journal;

import java.time.Instant;

/** Times as {@link Instant#toString} writes them; those of one second share most of it. */
final class Moments {
  private static final int NANOS = 1_000_000_000;

  private long second = Long.MIN_VALUE;
  private String start = "";

  String text(Instant at) {
    if (at.getEpochSecond() != second) {
      String whole = Instant.ofEpochSecond(at.getEpochSecond()).toString();
      start = whole.substring(0, whole.length() - "Z".length());
      second = at.getEpochSecond();
    }
    int nanos = at.getNano();
    if (nanos == 0) {
      return start.concat("Z");
    }
    String digits = Integer.toString(NANOS + nanos);
    int end = nanos % 1_000_000 == 0 ? 4 : nanos % 1_000 == 0 ? 7 : 10;
    return start + "." + digits.substring(1, end) + "Z";
  }
}
