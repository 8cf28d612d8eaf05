package gate.definition;

import gate.definition.YamlNode.Items;
import gate.definition.YamlNode.Pairs;
import gate.definition.YamlNode.Scalar;
import gate.definition.YamlNode.Unread;
import java.util.TreeMap;

/** Tells if two pieces of YAML say the same, as JSON Schema's {@code uniqueItems} sees it. */
final class Likeness {
  private Likeness() {}

  /** A text that two pieces have in common only if they say the same. */
  static String of(YamlNode node) {
    return switch (node) {
      case Scalar scalar -> scalar.kind() + ":" + scalar.value().length() + ":" + scalar.value();
      case Unread unread -> unread.toString();
      case Items items -> items.items().stream().map(Likeness::of).toList().toString();
      case Pairs pairs -> {
        TreeMap<String, String> sorted = new TreeMap<>();
        pairs.pairs().forEach(pair -> sorted.put(of(pair.key()), of(pair.value())));
        yield sorted.toString();
      }
    };
  }
}
