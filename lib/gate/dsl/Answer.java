package gate.dsl;

/** An HTTP answer. In a dry run asking it anything ends the step's walk. */
public interface Answer {
  int status();

  /** The body as UTF-8 text with replacements; at most a mebibyte. */
  String body();

  /** A header's first value, or empty text. */
  String header(String name);

  /** The body as JSON; a body that is none fails the step. */
  Json json();
}
