package gate.definition;

import gate.definition.Shape.Fields;
import java.util.ArrayList;
import java.util.List;

/** All mappings of the model. */
final class Keys {
  private Keys() {}

  static List<Fields> allFields() {
    List<Fields> all = new ArrayList<>();
    collect(Model.ROOT, all);
    return all;
  }

  private static void collect(Shape shape, List<Fields> all) {
    switch (shape) {
      case Fields fields -> {
        all.add(fields);
        fields.keys().forEach(key -> collect(key.shape(), all));
      }
      case Shape.Variants variants -> variants.cases().values().forEach(it -> collect(it, all));
      case Shape.Table table -> collect(table.value(), all);
      case Shape.Items items -> collect(items.item(), all);
      default -> {}
    }
  }
}
