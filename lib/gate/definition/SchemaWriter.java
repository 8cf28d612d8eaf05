package gate.definition;

import gate.base.Durations;
import gate.definition.Shape.Fields;
import gate.definition.Shape.Items;
import gate.definition.Shape.Label;
import gate.definition.Shape.OneOf;
import gate.definition.Shape.Span;
import gate.definition.Shape.Table;
import gate.definition.Shape.Template;
import gate.definition.Shape.Text;
import gate.definition.Shape.Truth;
import gate.definition.Shape.Variants;
import gate.definition.Shape.Whole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells the model as JSON Schema, as maps and lists. */
final class SchemaWriter {
  private final Map<String, Object> definitions = new TreeMap<>();

  Map<String, Object> root() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "matrix.yaml");
    root.putAll(fields(Model.ROOT));
    root.put("$defs", definitions);
    return root;
  }

  private Map<String, Object> of(Shape shape) {
    return switch (shape) {
      case Text text -> text(text);
      case Span _ -> string(Durations.PATTERN);
      case Template _ -> string(Placeholders.PATTERN, ScalarCheck.LONGEST_TEMPLATE);
      case Whole whole -> whole(whole);
      case Truth _ -> map("type", "boolean");
      case OneOf oneOf -> map("enum", List.copyOf(oneOf.words().keySet()));
      case Label label -> map("anyOf", List.of(text(label.text()), whole(label.whole())));
      case Items items -> items(items);
      case Table table -> table(table);
      case Fields fields -> reference(fields.id(), fields(fields));
      case Variants variants -> reference(variants.id(), variants(variants));
    };
  }

  private Map<String, Object> reference(String id, Map<String, Object> definition) {
    definitions.put(id, definition);
    return map("$ref", "#/$defs/" + id);
  }

  private static Map<String, Object> text(Text text) {
    Map<String, Object> schema = string(text.pattern(), text.longest());
    if (!text.refused().isEmpty()) {
      schema.put("not", map("enum", List.copyOf(text.refused().keySet())));
    }
    return schema;
  }

  private static Map<String, Object> string(String pattern, int longest) {
    Map<String, Object> schema = string(pattern);
    schema.put("maxLength", longest);
    return schema;
  }

  private static Map<String, Object> string(String pattern) {
    Map<String, Object> schema = map("type", "string");
    schema.put("pattern", pattern);
    return schema;
  }

  private static Map<String, Object> whole(Whole whole) {
    Map<String, Object> schema = map("type", "integer");
    schema.put("minimum", whole.least());
    schema.put("maximum", whole.most());
    return schema;
  }

  private Map<String, Object> items(Items items) {
    Map<String, Object> schema = map("type", "array");
    schema.put("items", of(items.item()));
    if (items.fewest() > 0) {
      schema.put("minItems", items.fewest());
    }
    if (items.distinct()) {
      schema.put("uniqueItems", true);
    }
    return schema;
  }

  private Map<String, Object> table(Table table) {
    Map<String, Object> schema = map("type", "object");
    schema.put("propertyNames", text(table.key()));
    schema.put("additionalProperties", of(table.value()));
    if (table.fewest() > 0) {
      schema.put("minProperties", table.fewest());
    }
    return schema;
  }

  private Map<String, Object> fields(Fields fields) {
    Map<String, Object> schema = map("description", fields.help());
    schema.put("type", "object");
    schema.put("properties", properties(fields));
    schema.put("additionalProperties", false);
    List<String> required = required(fields);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (!fields.anyOf().isEmpty()) {
      List<Object> either = new ArrayList<>();
      fields.anyOf().forEach(key -> either.add(map("required", List.of(key))));
      schema.put("anyOf", either);
    }
    if (!fields.only().isEmpty()) {
      Map<String, Object> only = new TreeMap<>();
      fields.only().forEach((key, other) -> only.put(key, List.of(other)));
      schema.put("dependentRequired", only);
    }
    return schema;
  }

  private Map<String, Object> properties(Fields fields) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Key key : fields.keys()) {
      Map<String, Object> property = map("description", description(key));
      property.putAll(of(key.shape()));
      key.fallback()
          .filter(it -> !it.isEmpty())
          .ifPresent(it -> property.put("default", plain(it, key.shape())));
      properties.put(key.name(), property);
    }
    return properties;
  }

  private static String description(Key key) {
    return key.shape() instanceof OneOf oneOf
        ? key.help() + " (" + oneOf.meanings() + ")"
        : key.help();
  }

  private static Object plain(String text, Shape shape) {
    return switch (shape) {
      case Whole _ -> Long.valueOf(text);
      case Truth _ -> Boolean.valueOf(text);
      default -> text;
    };
  }

  private static List<String> required(Fields fields) {
    return fields.keys().stream().filter(Key::required).map(Key::name).toList();
  }

  /** The deciding key for all; then, for each of its words, that case and no other key. */
  private Map<String, Object> variants(Variants variants) {
    String by = variants.by().name();
    Map<String, Object> schema = map("description", variants.help());
    schema.put("type", "object");
    schema.put("properties", properties(new Fields(by, "", variants.by())));
    schema.put("required", List.of(by));
    List<Object> cases = new ArrayList<>();
    variants
        .cases()
        .forEach((word, fields) -> {
          Map<String, Object> one = map("if", map("properties", map(by, map("const", word))));
          one.put("then", fields(fields));
          cases.add(one);
        });
    schema.put("allOf", cases);
    return schema;
  }

  private static Map<String, Object> map(String key, Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(key, value);
    return map;
  }
}
