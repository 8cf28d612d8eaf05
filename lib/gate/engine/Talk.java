package gate.engine;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Nextflow's lines mean. Nothing is decided by them; a person is told. */
final class Talk {
  private static final Pattern SENT =
      Pattern.compile(
          "\\[([0-9a-f]{2}/[0-9a-f]{6})] (Submitted|Re-submitted|Cached) process > leg_(\\d{1,9})"
              + " .*");
  private static final Pattern BROKE =
      Pattern.compile(
          "\\[[0-9a-f/]+] NOTE: (?:Error submitting p|P)rocess `leg_(\\d{1,9}) [^`]*` ?(.*) --"
              + " (Execution is retried|Error is ignored).*");

  private final List<String> legs;

  /**
   * @param legs in the order of their processes
   */
  Talk(List<String> legs) {
    this.legs = List.copyOf(legs);
  }

  /** A line; empty where it is of no concern. */
  Optional<News> of(String line) {
    Matcher sent = SENT.matcher(line);
    if (sent.matches()) {
      return leg(sent.group(3))
          .map(leg ->
              sent.group(2).equals("Cached")
                  ? new News.Kept(leg)
                  : new News.Sent(leg, sent.group(1), sent.group(2).startsWith("Re")));
    }
    Matcher broke = BROKE.matcher(line);
    return broke.matches()
        ? leg(broke.group(1))
            .map(leg ->
                new News.Broke(leg, broke.group(2), broke.group(3).equals("Error is ignored")))
        : Optional.empty();
  }

  private Optional<String> leg(String number) {
    int at = Integer.parseInt(number) - 1;
    return at >= 0 && at < legs.size() ? Optional.of(legs.get(at)) : Optional.empty();
  }
}
