package gate.plan;

import java.util.Optional;

/**
 * A toggle's value in a run.
 *
 * @param name the toggle
 * @param value normalized: {@code 1} for a flag that is on, absolute for a path; empty: not set, or
 *     a flag that is off
 * @param source where it comes from
 */
public record ToggleValue(String name, Optional<String> value, Source source) {
  /** Where a value comes from, and how that is said. */
  public enum Source {
    COMMAND_LINE("--set"),
    ENVIRONMENT("environment"),
    DEFAULT("default"),
    UNSET("unset");

    private final String text;

    Source(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Whether a flag is on. */
  public boolean on() {
    return value.isPresent();
  }
}
