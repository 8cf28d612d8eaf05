package gate.kernel;

import gate.dsl.StepFailed;

/** What a step says can't be done in any run: the script and the definition don't fit. */
final class Unrunnable extends StepFailed {
  private static final long serialVersionUID = 1;

  Unrunnable(String why) {
    super(why);
  }
}
