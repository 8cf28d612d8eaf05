package gate.dsl;

/** An action didn't pass; the message says what, and what was seen instead. */
public class StepFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StepFailed(String message) {
    super(message, null, false, false);
  }
}
