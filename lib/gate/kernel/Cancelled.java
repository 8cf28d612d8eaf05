package gate.kernel;

/** The leg was told to stop. An error, so that no script takes it for a failure of its own. */
final class Cancelled extends Error {
  private static final long serialVersionUID = 1;

  Cancelled() {
    super("the leg was told to stop", null, false, false);
  }
}
