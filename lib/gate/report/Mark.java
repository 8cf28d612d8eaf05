package gate.report;

import gate.journal.Outcome;

/** How a page tells outcomes apart: by a sign, a word and a colour. */
enum Mark {
  GOOD("✓"),
  BAD("✗"),
  WARN("~"),
  NONE("–"),
  RUNS("▸"),
  WAITS("·");

  private final String sign;

  Mark(String sign) {
    this.sign = sign;
  }

  String sign() {
    return sign;
  }

  /** The name of its class in the style sheet. */
  String style() {
    return "is-" + name().toLowerCase(java.util.Locale.ROOT);
  }

  /** That of an outcome; {@code allowed} where the leg may leave processes behind. */
  static Mark of(Outcome outcome, boolean allowed) {
    return switch (outcome) {
      case PASSED -> GOOD;
      case FLAKY -> WARN;
      case LEAKED -> allowed ? WARN : BAD;
      case FAILED, TIMED_OUT, ERRORED, BLOCKED, INTERRUPTED -> BAD;
      case SKIPPED, OFF, PLANNED -> NONE;
    };
  }
}
