package gate.dsl;

/** A dry run can't know what is asked; the message names it. */
public final class DependsOn extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DependsOn(String what) {
    super(what, null, false, false);
  }
}
