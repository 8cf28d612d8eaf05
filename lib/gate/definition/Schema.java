package gate.definition;

/** The definition's format, told to editors and to people; both from the loader's own table. */
public final class Schema {
  private Schema() {}

  /**
   * The JSON Schema, draft 2020-12. It accepts what the loader accepts, save what is between names
   * (an unknown leg, a circle), what YAML alone knows (a key given twice, an anchor, {@code 0x10}),
   * and limits on the whole.
   */
  public static String json() {
    return Json.of(new SchemaWriter().root());
  }

  /** The reference, in Markdown. */
  public static String markdown() {
    return new Reference().text();
  }
}
