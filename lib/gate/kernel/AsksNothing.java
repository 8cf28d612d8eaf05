package gate.kernel;

import gate.dsl.StepFailed;

/** What an await waits for holds without having asked anything, so that it always would. */
final class AsksNothing extends StepFailed {
  private static final long serialVersionUID = 1;

  AsksNothing(String what) {
    super(
        ("`await('%s')` asks nothing: what it waits for holds without an action or a look at a"
                + " file; ask in its `{ }`, as by `http.get(…)` or `exec(…)`")
            .formatted(what));
  }
}
