package gate.dsl;

import java.util.Set;

/** A flag's value. */
public record Flag(String name, boolean asBoolean) implements Condition {
  @Override
  public String text() {
    return name + "=1";
  }

  @Override
  public Set<String> toggles() {
    return Set.of(name);
  }

  @Override
  public String toString() {
    return asBoolean ? "1" : "";
  }
}
