package gate.dsl;

import java.util.List;

/** A piece of JSON. What isn't there, or is of another kind than asked, fails the step. */
public interface Json {
  /** The piece below: a field's name, or a JSON pointer where it begins with {@code /}. */
  Json at(String path);

  /** The piece of an array, from 0. */
  Json at(int index);

  /** Whether {@link #at(String)} would find something other than null. */
  boolean has(String path);

  String text();

  long number();

  double decimal();

  boolean flag();

  /** The pieces of an array. */
  List<Json> list();

  /** How many pieces an array or an object has. */
  int size();
}
