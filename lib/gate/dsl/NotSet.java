package gate.dsl;

/** A step asks for a toggle's value, and it has none. */
public final class NotSet extends StepFailed {
  private static final long serialVersionUID = 1;

  NotSet(String toggle) {
    super(toggle + " isn't set; set " + toggle + "=…");
  }
}
