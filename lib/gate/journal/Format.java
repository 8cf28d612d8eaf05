package gate.journal;

/** The journal's format. */
public final class Format {
  /** Rises with each change that an older reader would misread. */
  public static final int VERSION = 1;

  private Format() {}
}
