package gate.journal;

import java.time.Instant;

/**
 * A line of the journal.
 *
 * @param seq from 1, without gaps
 * @param at by the wall clock, which may jump
 * @param millis since the run's start, by a clock that doesn't
 */
public record Entry(long seq, Instant at, long millis, Event event) {}
