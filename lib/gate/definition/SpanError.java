package gate.definition;

import gate.base.Durations;
import gate.base.Shown;
import gate.definition.YamlNode.Kind;
import gate.definition.YamlNode.Scalar;
import java.util.Optional;

/**
 * What is wrong with a length of time.
 *
 * @param message what follows the place
 * @param suggestion how it is written
 */
record SpanError(String message, Optional<String> suggestion) {
  private static final String WANTED = "wanted: a whole number and a unit, such as `30s`";
  private static final String UNITS = "units: " + String.join(", ", Durations.UNITS);

  static SpanError of(Scalar scalar) {
    String value = scalar.value();
    int digits = Durations.digits(value);
    if (scalar.kind() == Kind.INTEGER && digits == value.length() && !value.startsWith("0")) {
      return new SpanError(
          " has no unit: " + Shown.value(value) + "; " + UNITS,
          Optional.of("write `" + value + "s` for seconds, or `" + value + "m` for minutes"));
    }
    if (scalar.kind() != Kind.TEXT) {
      return new SpanError(
          " must be a length of time, not " + Words.of(scalar) + "; " + WANTED, Optional.empty());
    }
    if (digits == 0) {
      String why = value.startsWith("-") ? ", it is negative" : "";
      return new SpanError(
          " can't be " + Shown.value(value) + why + "; " + WANTED, Optional.empty());
    }
    return withDigits(value, digits);
  }

  private static SpanError withDigits(String value, int digits) {
    String number = value.substring(0, digits);
    String unit = value.substring(digits);
    if (Durations.UNITS.contains(unit)) {
      return number.startsWith("0")
          ? new SpanError(
              " can't be "
                  + Shown.value(value)
                  + "; it has to be more than nothing, without"
                  + " leading zeros",
              Optional.empty())
          : new SpanError(
              " can't be " + Shown.value(value) + "; at most 6 digits", Optional.empty());
    }
    if (unit.isEmpty()) {
      return new SpanError(" has no unit: " + Shown.value(value) + "; " + UNITS, Optional.empty());
    }
    if (!unit.matches("[A-Za-zµ]+")) {
      return new SpanError(" can't be " + Shown.value(value) + "; " + WANTED, Optional.empty());
    }
    return new SpanError(
        " has the unknown unit " + Shown.value(unit) + "; " + UNITS,
        unitFor(unit).map(it -> "did you mean `" + number + it + "`?"));
  }

  /** The unit that somebody means who writes it out or in capitals. */
  private static Optional<String> unitFor(String typed) {
    return switch (typed) {
      case "sec", "secs", "second", "seconds", "S" -> Optional.of("s");
      case "min", "mins", "minute", "minutes", "M" -> Optional.of("m");
      case "hr", "hrs", "hour", "hours", "H" -> Optional.of("h");
      case "day", "days", "D" -> Optional.of("d");
      case "msec", "millis", "milliseconds", "MS" -> Optional.of("ms");
      default -> Optional.empty();
    };
  }
}
