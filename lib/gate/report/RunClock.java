package gate.report;

/** Tells what time of the run it is, by the entries that came and another clock. */
final class RunClock {
  private long behind = Long.MAX_VALUE;

  /** An entry came at this time; it may have waited, so the soonest counts. */
  void take(long millis, long now) {
    behind = Math.min(behind, now - millis);
  }

  /** Milliseconds of the run. */
  long run(long now) {
    return behind == Long.MAX_VALUE ? 0 : now - behind;
  }
}
