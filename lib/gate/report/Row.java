package gate.report;

import java.util.function.UnaryOperator;

/** A line of a terminal, put together piece by piece; what doesn't fit is cut. */
final class Row {
  private final int columns;
  private final StringBuilder text = new StringBuilder();
  private int used;

  Row(int columns) {
    this.columns = columns;
  }

  /** The text, which holds no escape codes. */
  Row add(String more) {
    return add(more, UnaryOperator.identity());
  }

  /** The text in a colour. */
  Row add(String more, UnaryOperator<String> colour) {
    String fits = Width.cut(more, columns - used);
    if (!fits.isEmpty()) {
      text.append(colour.apply(fits));
      used += Width.of(fits);
    }
    return this;
  }

  /** The text, filled up to so many columns. */
  Row cell(String more, int wide) {
    String fits = Width.cut(more, wide);
    return add(fits + " ".repeat(Math.max(0, wide - Width.of(fits))));
  }

  @Override
  public String toString() {
    return text.toString().stripTrailing();
  }
}
