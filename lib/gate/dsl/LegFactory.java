package gate.dsl;

import java.util.List;

/** A compiled leg. Any thread may use it; each call runs the script's body anew. */
public interface LegFactory {
  /**
   * The steps that the script tells of, in its order. What a body does goes through the context's
   * actions.
   *
   * @throws StepFailed where the script's own lines go wrong; the message names file and line
   */
  List<Step> steps(Context context);
}
