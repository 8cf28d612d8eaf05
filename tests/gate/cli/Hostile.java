package gate.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Definitions that somebody wrote to harm; {@code ./jbang bench} has them refused as well. */
public enum Hostile {
  TEN_MEGABYTES("", "x: ", "x", 10_500_000, "more than 1 MiB"),
  ANCHORS_THAT_EXPLODE(
      """
      a: &a [x, x, x, x, x, x, x, x, x]
      b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
      c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
      d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
      e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
      f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]
      g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f]
      h: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g]
      """,
      "legs: [",
      "*h, ",
      200_000,
      "anchors and aliases aren't read"),
  AN_ANCHOR_IN_ITSELF("", "x: &x ", "[*x, ", 10, "anchors and aliases aren't read"),
  ALIASES("", "x:\n", "- *a\n", 100_000, "anchors and aliases aren't read"),
  UNKNOWN_TAGS(
      "",
      "x: [",
      "!!javax.script.ScriptEngineManager [!!java.net.URL [\"http://127.0.0.1:1/\"]], ",
      10_000,
      "YAML tags aren't read"),
  DUPLICATE_KEYS("", "", "name: a\n", 120_000, "`name` is given twice"),
  A_MILLION_BRACKETS("", "x: ", "[", 1_000_000, "nested deeper than 20"),
  MAPPINGS_IN_MAPPINGS("", "x: ", "{a: ", 250_000, "nested deeper than 20"),
  LISTS_IN_LISTS("", "x:\n  ", "- ", 500_000, "nested deeper than 20"),
  A_LINE_OF_FAULTS("", "x: ", "A: {b: c}, ", 70_000, "a `:` isn't expected here"),
  ONE_DOCUMENT_AFTER_THE_OTHER("", "x: 1\n", "---\n", 250_000, "document"),
  BACKSLASHES("", "x: ", "\\", 1_000_000, "unknown key `x`"),
  NULS("", "x: ", "\0", 1_000_000, "there is a NUL character here"),
  LINES_WITH_NULS("", "x: ", "\0\n", 500_000, "there is a NUL character here"),
  NO_UTF_8("", "x: ", "\u00ff", 1_000_000, "the byte 0xFF isn't UTF-8"),
  A_CHARACTER_CUT_OFF("", "x: ", "\u00e2\u0082\n", 300_000, "the byte 0xE2 isn't UTF-8");

  private final String before;
  private final String begin;
  private final String again;
  private final int times;
  private final String says;

  Hostile(String before, String begin, String again, int times, String says) {
    this.before = before;
    this.begin = begin;
    this.again = again;
    this.times = times;
    this.says = says;
  }

  /** What the gate says of it, among other things. */
  public String says() {
    return says;
  }

  /** The file. */
  public byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String text : new String[] {before, begin, again.repeat(times), "\n"}) {
      bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1)); // a character each byte
    }
    return bytes.toByteArray();
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
