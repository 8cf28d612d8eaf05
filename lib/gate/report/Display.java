package gate.report;

import gate.journal.Entry;

/** Shows a run to somebody. Used by one thread. */
interface Display {
  /** The next entry of the run; {@code now} as in {@link #tick}. */
  void take(Entry entry, long now);

  /** A leg waits, whatever was before: for a machine elsewhere, or for its turn there. */
  void waits(String leg, String why);

  /** A line that no entry tells; {@code now} as in {@link #tick}. */
  void said(String line, long now);

  /** Some time has passed; {@code now} in milliseconds that never jump. */
  void tick(long now);

  /** How long it can do without a tick while nothing happens, in milliseconds. */
  long rest();

  /** Leaves the terminal to somebody else, until {@link #goOn}. */
  void pause();

  /** Takes the terminal back. */
  void goOn();

  /** The run has been told to stop, and comes to its end. */
  void stopping();

  /** Nothing comes any more; the report goes last. */
  void end(String report);
}
