package gate.dsl;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** Something that toggles decide: whether a step runs, and how it is said. */
public sealed interface Condition permits Flag, Condition.Other {
  /** Whether it holds; Groovy's truth. */
  boolean asBoolean();

  /** What it takes, as {@code PLASMA_E2E=1}. */
  String text();

  /** The toggles that decide it. */
  Set<String> toggles();

  /** Both. */
  default Condition and(Condition other) {
    return new Other(asBoolean() && other.asBoolean(), text() + " and " + other.text(), all(other));
  }

  /** Either. */
  default Condition or(Condition other) {
    return new Other(asBoolean() || other.asBoolean(), text() + " or " + other.text(), all(other));
  }

  /** The opposite. */
  default Condition not() {
    return new Other(!asBoolean(), "not " + text(), toggles());
  }

  private Set<String> all(Condition other) {
    Set<String> all = new TreeSet<>(toggles());
    all.addAll(other.toggles());
    return all;
  }

  /** Put together from others. */
  record Other(boolean asBoolean, String text, Set<String> toggles) implements Condition {
    public Other {
      toggles = Collections.unmodifiableSet(new TreeSet<>(toggles));
    }
  }
}
