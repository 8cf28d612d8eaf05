package gate.kernel.process;

/** A process couldn't be started. The message is one sentence: what, where, and how to mend it. */
public final class SpawnFailed extends Exception {
  private static final long serialVersionUID = 1;

  public SpawnFailed(String message) {
    super(message);
  }
}
