package gate.report;

/** A report couldn't be written; the message is a sentence that says which and why. */
public final class ProjectionFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  ProjectionFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
