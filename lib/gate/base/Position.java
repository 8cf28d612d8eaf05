package gate.base;

/**
 * A place in a file.
 *
 * @param line counted from 1; 0 where the whole file is meant
 * @param column counted in characters from 1; 0 where the whole file is meant
 */
public record Position(int line, int column) implements Comparable<Position> {
  /** No place in the file: the file as a whole. */
  public static final Position WHOLE_FILE = new Position(0, 0);

  @Override
  public int compareTo(Position other) {
    return line != other.line
        ? Integer.compare(line, other.line)
        : Integer.compare(column, other.column);
  }
}
