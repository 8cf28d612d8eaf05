package gate.evidence;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Somebody's word that a run counts although it shows less than it should.
 *
 * @param reason why, in a line
 * @param until the last day on which it counts, by UTC
 * @param by who says so
 */
public record Waiver(String reason, LocalDate until, String by) {
  /** All of it in a line. */
  String told() {
    return "by %s until %s: %s".formatted(by, until, reason);
  }

  /** What is wrong with it at that time. */
  Optional<String> fault(Instant now) {
    return LocalDate.ofInstant(now, ZoneOffset.UTC).isAfter(until)
        ? Optional.of("the waiver by %s ended with %s".formatted(by, until))
        : Optional.empty();
  }
}
