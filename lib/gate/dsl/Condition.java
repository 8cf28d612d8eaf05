package gate.dsl;

/** Something that toggles decide: whether a step runs, and how it is said. */
public sealed interface Condition permits Flag, Condition.Other {
  /** Whether it holds; Groovy's truth. */
  boolean asBoolean();

  /** What it takes, as {@code PLASMA_E2E=1}. */
  String text();

  /** Both. */
  default Condition and(Condition other) {
    return new Other(asBoolean() && other.asBoolean(), text() + " and " + other.text());
  }

  /** Either. */
  default Condition or(Condition other) {
    return new Other(asBoolean() || other.asBoolean(), text() + " or " + other.text());
  }

  /** The opposite. */
  default Condition not() {
    return new Other(!asBoolean(), "not " + text());
  }

  /** Put together from others. */
  record Other(boolean asBoolean, String text) implements Condition {}
}
