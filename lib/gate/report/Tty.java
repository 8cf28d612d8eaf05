package gate.report;

/** A terminal that a person watches, and may type on. */
public interface Tty {
  /** How many columns it has now. */
  int columns();

  /** How many rows it has now. */
  int rows();

  /** From now on keys come at once and aren't echoed, where that can be. */
  void take();

  /** Makes it what it was before {@link #take}; by any thread, at any time. */
  void giveBack();

  /** What was typed since the last call; empty: nothing. */
  String typed();

  /** Whether somebody can type on it. */
  boolean hears();

  /** A terminal of that width on which nobody types. */
  static Tty deaf(int columns) {
    return new Tty() {
      @Override
      public int columns() {
        return columns;
      }

      @Override
      public int rows() {
        return 24;
      }

      @Override
      public void take() {}

      @Override
      public void giveBack() {}

      @Override
      public String typed() {
        return "";
      }

      @Override
      public boolean hears() {
        return false;
      }
    };
  }
}
