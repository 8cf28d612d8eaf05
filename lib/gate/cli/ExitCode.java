package gate.cli;

/** The exit codes that no verdict gives. */
final class ExitCode {
  static final int OK = 0;

  /** Wrong usage, definition or host, and nothing ran; or standard output can't be written. */
  static final int REFUSED = 2;

  /** The journal or the reports couldn't be written. */
  static final int RED = 1;

  /** `doctor` found it not as asked. */
  static final int NOT_AS_ASKED = 1;

  /** `clean` couldn't clear something. */
  static final int NOT_CLEARED = 1;

  /** `gate`, `evidence promote` or `evidence verify` refuses. */
  static final int NOT_ALLOWED = 4;

  /** A defect of ours. */
  static final int DEFECT = 70;

  private ExitCode() {}
}
