package gate.dsl;

import java.util.Optional;

/** An action didn't pass; the message says what, and what was seen instead. */
public class StepFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  private String place;

  public StepFailed(String message) {
    super(message);
  }

  /** Where in the script, as {@code legs/x.groovy:12}; known once it has left the script. */
  public Optional<String> place() {
    return Optional.ofNullable(place);
  }

  /**
   * The message, with the place before it where that is known; its lines stay one below the other.
   */
  public String located() {
    String before = place().map(it -> it + ": ").orElse("");
    return before + getMessage().replace("\n", "\n" + " ".repeat(before.length()));
  }

  void at(String where) {
    if (place == null) {
      place = where;
    }
  }
}
