package gate.dsl;

/** A script's own code ran into something: no word of a leg was used in a wrong way. */
public final class OwnFailure extends StepFailed {
  private static final long serialVersionUID = 1;

  OwnFailure(String message) {
    super(message);
  }
}
