package gate.definition;

import gate.base.Names;
import gate.base.Position;
import gate.base.Shown;
import gate.definition.Found.Bad;
import gate.definition.Found.Group;
import gate.definition.Found.Member;
import gate.definition.Shape.Fields;
import gate.definition.Shape.Variants;
import gate.definition.YamlNode.Pair;
import gate.definition.YamlNode.Pairs;
import gate.definition.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Holds mappings whose keys the model gives against their shape. */
final class FieldsCheck {
  private final ShapeCheck shapes;
  private final Problems problems;

  FieldsCheck(ShapeCheck shapes, Problems problems) {
    this.shapes = shapes;
    this.problems = problems;
  }

  Found fields(Pairs pairs, Fields fields, Place place, Position owner) {
    Map<String, Key> known = new HashMap<>();
    fields.keys().forEach(key -> known.put(key.name(), key));
    Map<String, Member> members = new LinkedHashMap<>();
    Set<String> mistyped = new HashSet<>();
    for (Pair pair : pairs.pairs()) {
      Key key = known.get(pair.key().value());
      if (key == null) {
        unknownKey(pair.key(), fields.names(), place);
        Names.nearest(pair.key().value(), fields.names()).ifPresent(mistyped::add);
      } else {
        Place at = new Place.Field(place, key.name());
        Position position = pair.key().position();
        members.put(
            key.name(),
            new Member(position, shapes.value(pair.value(), key.shape(), at, position)));
      }
    }
    defaults(fields, members, owner);
    rules(fields, members, mistyped, place, owner);
    return new Group(members, pairs.position());
  }

  private static void defaults(Fields fields, Map<String, Member> members, Position owner) {
    for (Key key : fields.keys()) {
      if (key.fallback().isPresent() && !members.containsKey(key.name())) {
        Found value = new Found.Scalar(key.fallback().get(), owner);
        members.put(key.name(), new Member(owner, value));
      }
    }
  }

  /** Reports what isn't there, unless it stands there mistyped. */
  private void rules(
      Fields fields,
      Map<String, Member> members,
      Set<String> mistyped,
      Place place,
      Position owner) {
    Set<String> there = new HashSet<>(members.keySet());
    there.addAll(mistyped);
    for (Key key : fields.keys()) {
      if (key.required() && !there.contains(key.name())) {
        missing(key, place, owner);
      }
    }
    if (!fields.anyOf().isEmpty() && Collections.disjoint(fields.anyOf(), there)) {
      problems.add(
          owner,
          place.label() + " needs `" + String.join("` or `", fields.anyOf()) + "`, or both",
          "add " + example(fields, fields.anyOf().getFirst()));
    }
    for (Map.Entry<String, String> only : fields.only().entrySet()) {
      if (there.contains(only.getKey()) && !there.contains(only.getValue())) {
        problems.add(
            members.containsKey(only.getKey()) ? members.get(only.getKey()).key() : owner,
            "`"
                + only.getKey()
                + "`"
                + place.of()
                + " means nothing without `"
                + only.getValue()
                + "`",
            "add " + example(fields, only.getValue()));
      }
    }
  }

  Found variants(Pairs pairs, Variants variants, Place place, Position owner) {
    String by = variants.by().name();
    for (Pair pair : pairs.pairs()) {
      if (pair.key().value().equals(by)
          && pair.value() instanceof Scalar word
          && variants.cases().get(word.value()) instanceof Fields fields) {
        return fields(withoutForeign(pairs, fields, variants, place), fields, place, owner);
      }
    }
    boolean decided = false;
    for (Pair pair : pairs.pairs()) {
      if (pair.key().value().equals(by)) {
        decided = true;
        Place at = new Place.Field(place, by);
        shapes.value(pair.value(), variants.by().shape(), at, pair.key().position());
      } else if (!variants.names().contains(pair.key().value())) {
        unknownKey(pair.key(), variants.names(), place);
        decided |=
            Names.nearest(pair.key().value(), variants.names()).filter(by::equals).isPresent();
      }
    }
    if (!decided) {
      missing(variants.by(), place, owner);
    }
    return new Bad(pairs.position());
  }

  /** Reports and leaves out the keys that belong to the other variants only. */
  private Pairs withoutForeign(Pairs pairs, Fields fields, Variants variants, Place place) {
    List<Pair> own = new ArrayList<>();
    for (Pair pair : pairs.pairs()) {
      String name = pair.key().value();
      if (fields.names().contains(name) || !variants.names().contains(name)) {
        own.add(pair);
        continue;
      }
      List<String> others =
          variants.cases().values().stream()
              .filter(other -> other.names().contains(name))
              .map(Fields::id)
              .toList();
      String by = variants.by().name();
      problems.add(
          pair.key().position(),
          String.format("`%s` doesn't go with `%s: %s`%s", name, by, fields.id(), place.in()),
          "remove it, or make it `" + by + ": " + String.join("` or `" + by + ": ", others) + "`");
    }
    return new Pairs(own, pairs.position());
  }

  private void unknownKey(Scalar key, Iterable<String> known, Place place) {
    String message = "unknown key " + Shown.value(key.value()) + place.in();
    problems.unknown(key.position(), message, key.value(), known);
  }

  private void missing(Key key, Place place, Position owner) {
    problems.add(
        owner,
        "`" + key.name() + "` is missing" + place.in(),
        "add `" + key.name() + ": " + key.example() + "`, for example");
  }

  private static String example(Fields fields, String name) {
    for (Key key : fields.keys()) {
      if (key.name().equals(name)) {
        return "`" + name + ": " + key.example() + "`, for example";
      }
    }
    throw new IllegalArgumentException(name);
  }
}
