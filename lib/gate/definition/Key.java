package gate.definition;

import java.util.Optional;

/**
 * A key that a mapping may have.
 *
 * @param name the key
 * @param shape what its value looks like
 * @param required whether it has to be there
 * @param fallback the value it has where it isn't there
 * @param help what it does, a sentence without its full stop
 * @param example a value as it is written in YAML
 */
record Key(
    String name,
    Shape shape,
    boolean required,
    Optional<String> fallback,
    String help,
    String example) {

  static Key required(String name, Shape shape, String example, String help) {
    return new Key(name, shape, true, Optional.empty(), help, example);
  }

  static Key optional(String name, Shape shape, String example, String help) {
    return new Key(name, shape, false, Optional.empty(), help, example);
  }

  /** An optional key whose absence is the same as {@code fallback}. */
  static Key withDefault(String name, Shape shape, String fallback, String example, String help) {
    return new Key(name, shape, false, Optional.of(fallback), help, example);
  }
}
