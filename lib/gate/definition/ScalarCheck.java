package gate.definition;

import gate.base.Durations;
import gate.base.Shown;
import gate.definition.Found.Bad;
import gate.definition.Shape.Label;
import gate.definition.Shape.OneOf;
import gate.definition.Shape.Span;
import gate.definition.Shape.Template;
import gate.definition.Shape.Text;
import gate.definition.Shape.Truth;
import gate.definition.Shape.Whole;
import gate.definition.YamlNode.Kind;
import gate.definition.YamlNode.Scalar;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Holds single values against their shape. */
final class ScalarCheck {
  static final int LONGEST_TEMPLATE = 10_000;
  private static final Pattern NAME_LIKE = Pattern.compile("[A-Za-z0-9 _.-]+");
  private static final Pattern WHOLE = Pattern.compile("-?(?:0|[1-9][0-9]{0,17})");

  private final Problems problems;
  private final Map<String, Pattern> patterns = new HashMap<>();

  ScalarCheck(Problems problems) {
    this.problems = problems;
  }

  Found check(Scalar scalar, Shape shape, Place place) {
    boolean good =
        switch (shape) {
          case Text text -> isText(scalar, text, place) && text(scalar, text, place);
          case Span _ -> span(scalar, place);
          case Template _ -> isText(scalar, "a text", true, place) && template(scalar, place);
          case Whole whole -> whole(scalar, whole, place);
          case Truth _ -> truth(scalar, place);
          case OneOf oneOf -> oneOf(scalar, oneOf, place);
          case Label label ->
              scalar.kind() == Kind.INTEGER
                  ? whole(scalar, label.whole(), place)
                  : isText(scalar, label.text(), place) && text(scalar, label.text(), place);
          default -> throw new IllegalArgumentException("not a scalar's shape: " + shape);
        };
    return good ? new Found.Scalar(scalar.value(), scalar.position()) : new Bad(scalar.position());
  }

  private boolean isText(Scalar scalar, Text text, Place place) {
    boolean quoted = scalar.value().isEmpty() || matches(text.pattern(), scalar.value());
    String wanted = quoted ? text.noun() : text.noun() + " (" + text.rule() + ")";
    return isText(scalar, wanted, quoted, place);
  }

  /**
   * @param quoted whether it would do in quotes
   */
  private boolean isText(Scalar scalar, String wanted, boolean quoted, Place place) {
    if (scalar.kind() == Kind.TEXT) {
      return true;
    }
    String message = place.label() + " must be " + wanted + ", not " + Words.of(scalar);
    if (!quoted) {
      problems.add(scalar.position(), message);
    } else if (scalar.value().isEmpty()) {
      problems.add(scalar.position(), message, "give it a value, or leave it out");
    } else {
      problems.add(scalar.position(), message, "quote it: `\"" + scalar.value() + "\"`");
    }
    return false;
  }

  private boolean text(Scalar scalar, Text text, Place place) {
    String value = scalar.value();
    if (!matches(text.pattern(), value) || length(value) > text.longest()) {
      problems.add(
          scalar.position(),
          place.label() + " can't be " + Shown.value(value) + "; wanted: " + text.rule(),
          respelled(value, text));
      return false;
    }
    String reason = text.refused().get(value);
    if (reason != null) {
      problems.add(
          scalar.position(),
          place.label() + " can't be " + Shown.value(value) + ": " + reason,
          "leave it out, it works without being declared; or choose another name");
      return false;
    }
    return true;
  }

  /** The same name in the spelling that is wanted, where that can be guessed. */
  private Optional<String> respelled(String value, Text text) {
    if (!text.isName() || length(value) > text.longest() || !NAME_LIKE.matcher(value).matches()) {
      return Optional.empty();
    }
    String low = value.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String high = value.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
    for (String other : new String[] {low, high}) {
      if (matches(text.pattern(), other) && !other.endsWith("-") && !other.endsWith("_")) {
        return Optional.of("did you mean `" + other + "`?");
      }
    }
    return Optional.empty();
  }

  private boolean span(Scalar scalar, Place place) {
    String value = scalar.value();
    if (scalar.kind() == Kind.TEXT && matches(Durations.PATTERN, value)) {
      return true;
    }
    SpanError error = SpanError.of(scalar);
    problems.add(scalar.position(), place.label() + error.message(), error.suggestion());
    return false;
  }

  private boolean template(Scalar scalar, Place place) {
    String value = scalar.value();
    if (matches(Placeholders.PATTERN, value) && length(value) <= LONGEST_TEMPLATE) {
      return true;
    }
    PlaceholderError.add(scalar, place, problems);
    return false;
  }

  private boolean whole(Scalar scalar, Whole whole, Place place) {
    String wanted = " must be a whole number from " + whole.least() + " to " + whole.most();
    String value = scalar.value();
    if (scalar.kind() != Kind.INTEGER) {
      boolean quoted = scalar.kind() == Kind.TEXT && WHOLE.matcher(value).matches();
      problems.add(
          scalar.position(),
          place.label() + wanted + ", not " + Words.of(scalar),
          quoted ? Optional.of("remove the quotes: `" + value + "`") : Optional.empty());
      return false;
    }
    if (!WHOLE.matcher(value).matches() && !value.matches("[-+]?[1-9][0-9]*")) {
      problems.add(
          scalar.position(),
          place.label() + wanted + " in plain digits, not " + Shown.value(value));
      return false;
    }
    boolean inside =
        WHOLE.matcher(value).matches()
            && Long.parseLong(value) >= whole.least()
            && Long.parseLong(value) <= whole.most();
    if (!inside) {
      problems.add(scalar.position(), place.label() + wanted + ", not " + Shown.value(value));
    }
    return inside;
  }

  private boolean truth(Scalar scalar, Place place) {
    if (scalar.kind() != Kind.TRUTH) {
      problems.add(
          scalar.position(), place.label() + " must be `true` or `false`, not " + Words.of(scalar));
    }
    return scalar.kind() == Kind.TRUTH;
  }

  private boolean oneOf(Scalar scalar, OneOf oneOf, Place place) {
    if (scalar.kind() == Kind.TEXT && oneOf.words().containsKey(scalar.value())) {
      return true;
    }
    String message = place.label() + " can't be " + Shown.value(scalar.value());
    problems.unknown(scalar.position(), message, scalar.value(), oneOf.words().keySet());
    return false;
  }

  private boolean matches(String pattern, String value) {
    return patterns.computeIfAbsent(pattern, Pattern::compile).matcher(value).matches();
  }

  private static int length(String value) {
    return value.codePointCount(0, value.length());
  }
}
