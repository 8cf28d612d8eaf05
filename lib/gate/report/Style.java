package gate.report;

import gate.base.World;
import gate.journal.Outcome;
import gate.journal.Verdict;

/** Colours, or none. */
enum Style {
  PLAIN,
  COLOURED;

  private static final String END = "\u001B[0m";

  /** What whoever looks can show. */
  static Style of(World world) {
    boolean coloured =
        world.terminal() && world.env("CI").isEmpty() && world.env("NO_COLOR").isEmpty();
    return coloured ? COLOURED : PLAIN;
  }

  /** The mark before an outcome; {@code allowed} where the leg may leave processes behind. */
  String mark(Outcome outcome, boolean allowed) {
    return switch (outcome) {
      case PASSED -> good("+");
      case FLAKY -> warn("~");
      case LEAKED -> allowed ? warn("~") : bad("x");
      case FAILED, TIMED_OUT, ERRORED, BLOCKED, INTERRUPTED -> bad("x");
      case SKIPPED, OFF, PLANNED -> faint("-");
    };
  }

  /** The one word; big, where colours can make it so. */
  String verdict(Verdict.Kind kind) {
    if (this == PLAIN) {
      return kind.name();
    }
    String codes =
        switch (kind) {
          case GREEN -> "1;97;42";
          case PARTIAL -> "1;30;43";
          case RED -> "1;97;41";
          case INTERRUPTED -> "1;97;45";
          case DRY -> "1;30;46";
        };
    return paint(codes, " " + kind + " ");
  }

  String good(String text) {
    return paint("32", text);
  }

  String bad(String text) {
    return paint("31", text);
  }

  String warn(String text) {
    return paint("33", text);
  }

  String faint(String text) {
    return paint("2", text);
  }

  String strong(String text) {
    return paint("1", text);
  }

  private String paint(String codes, String text) {
    return this == PLAIN ? text : "\u001B[" + codes + "m" + text + END;
  }
}
