package gate.kernel.process;

/** The guardian died, and with it every process that it had started. */
public final class GuardianLost extends RuntimeException {
  private static final long serialVersionUID = 1;

  public GuardianLost(String message) {
    super(message);
  }
}
