package gate.dsl;

import java.util.Optional;
import java.util.Set;

/** The value of a toggle that is no flag; as a text it is that value, empty where it isn't set. */
public record Setting(String name, Optional<String> given) {
  /** The value; a step that asks for one that isn't set fails. */
  public String value() {
    return given.orElseThrow(() -> new NotSet(name));
  }

  /** Whether it has that value. */
  public Condition is(String value) {
    return new Condition.Other(given.equals(Optional.of(value)), name + "=" + value, Set.of(name));
  }

  /** Whether it has any. */
  public Condition set() {
    return new Condition.Other(given.isPresent(), name + "=…", Set.of(name));
  }

  @Override
  public String toString() {
    return given.orElse("");
  }
}
