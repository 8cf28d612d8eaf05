package gate.journal;

/** The journal couldn't be written or read; the message says which file and why. */
public final class JournalFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  public JournalFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
