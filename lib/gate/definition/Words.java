package gate.definition;

import gate.base.Shown;
import gate.definition.YamlNode.Items;
import gate.definition.YamlNode.Pairs;
import gate.definition.YamlNode.Scalar;
import gate.definition.YamlNode.Unread;
import java.util.Locale;
import java.util.Set;

/** What a piece of YAML is, in words. */
final class Words {
  private Words() {}

  /** Whether a text that YAML takes for a truth means true. */
  static boolean isTrue(String truth) {
    return Set.of("true", "yes", "on").contains(truth.toLowerCase(Locale.ROOT));
  }

  static String of(YamlNode node) {
    return switch (node) {
      case Items _ -> "a list";
      case Pairs _ -> "a mapping";
      case Scalar scalar -> of(scalar);
      case Unread _ -> "something that isn't read";
    };
  }

  private static String of(Scalar scalar) {
    String value = Shown.value(scalar.value());
    return switch (scalar.kind()) {
      case TEXT -> "the text " + value;
      case INTEGER, DECIMAL -> "the number " + value;
      case TRUTH -> value + ", which is true or false in YAML";
      case TIME -> value + ", which is a date in YAML";
      case NOTHING -> scalar.value().isEmpty() ? "empty" : value + ", which is empty in YAML";
    };
  }
}
