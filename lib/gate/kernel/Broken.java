package gate.kernel;

import gate.dsl.StepFailed;

/** A step couldn't be judged: a build, a service or the machine broke. The step is errored. */
public class Broken extends StepFailed {
  private static final long serialVersionUID = 1;

  public Broken(String message) {
    super(message);
  }
}
