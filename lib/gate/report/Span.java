package gate.report;

import gate.journal.Outcome;
import java.util.List;
import java.util.Map;

/**
 * Something that took time in a run.
 *
 * @param id the number of the journal's entry that it began with
 * @param parent the id of what it is a part of; 0: of nothing
 * @param leg empty where it belongs to none; likewise {@code attempt} and {@code step} 0
 * @param name what it is called, raw, as the journal has it
 * @param from in milliseconds since 1970, as {@code until}
 * @param reason why it didn't come out well, or empty
 * @param details more about it, by name
 * @param argv of a process
 * @param counts whether it still counts; what was repeated after the run was cut off doesn't
 */
public record Span(
    long id,
    long parent,
    Kind kind,
    String leg,
    int attempt,
    int step,
    String name,
    long from,
    long until,
    Outcome outcome,
    String reason,
    Map<String, String> details,
    List<String> argv,
    boolean counts) {
  /** The detail of a run that tells when it was last gone on with. */
  static final String RESUMED = "resumed";

  /** What it is. */
  public enum Kind {
    RUN,
    BUILD,
    LEG,
    SERVICE,
    STEP,
    PROCESS,
    CASE
  }

  /** How long it took. */
  public long millis() {
    return until - from;
  }

  Span as(Outcome other, String why) {
    return new Span(
        id, parent, kind, leg, attempt, step, name, from, until, other, why, details, argv, counts);
  }

  Span asRepeated() {
    return new Span(
        id, parent, kind, leg, attempt, step, name, from, until, outcome, reason, details, argv,
        false);
  }
}
