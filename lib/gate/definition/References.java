package gate.definition;

/** Holds names against what they name, and values against each other, once the shapes are right. */
final class References {
  private References() {}

  /** Reports all that the JSON Schema can't say. */
  static void check(Found root, Problems problems) {
    Declared declared = Declared.in(root);
    ToggleRules.check(root, declared, problems);
    ServiceRules.check(root, declared, problems);
    LegRules.check(root, declared, problems);
    NeedRules.check(root, problems);
    AxisRules.check(root, problems);
    UnboundRules.check(root, problems);
  }
}
