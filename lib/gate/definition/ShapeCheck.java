package gate.definition;

import gate.base.Position;
import gate.base.Shown;
import gate.definition.Found.Bad;
import gate.definition.Found.Group;
import gate.definition.Found.Many;
import gate.definition.Found.Member;
import gate.definition.Shape.Fields;
import gate.definition.Shape.Items;
import gate.definition.Shape.Table;
import gate.definition.Shape.Variants;
import gate.definition.YamlNode.Pair;
import gate.definition.YamlNode.Pairs;
import gate.definition.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Holds a tree against its shape. All that the JSON Schema says too is said here, and no more. */
final class ShapeCheck {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._/-]+");

  private final Problems problems;
  private final ScalarCheck scalars;
  private final FieldsCheck mappings;

  private ShapeCheck(Problems problems) {
    this.problems = problems;
    this.scalars = new ScalarCheck(problems);
    this.mappings = new FieldsCheck(this, problems);
  }

  static Found check(YamlNode root, Problems problems) {
    return check(root, Model.ROOT, new Place.Top(), problems);
  }

  static Found check(YamlNode node, Shape shape, Place place, Problems problems) {
    return new ShapeCheck(problems).value(node, shape, place, node.position());
  }

  /**
   * Checks one value.
   *
   * @param owner where the value's key stands, which is where something missing in it is reported
   */
  Found value(YamlNode node, Shape shape, Place place, Position owner) {
    if (node instanceof YamlNode.Unread) {
      return new Bad(node.position());
    }
    return switch (shape) {
      case Fields fields ->
          node instanceof Pairs pairs
              ? mappings.fields(pairs, fields, place, owner)
              : noMapping(node, place);
      case Variants variants ->
          node instanceof Pairs pairs
              ? mappings.variants(pairs, variants, place, owner)
              : noMapping(node, place);
      case Table table ->
          node instanceof Pairs pairs ? table(pairs, table, place, owner) : noMapping(node, place);
      case Items items ->
          node instanceof YamlNode.Items list ? items(list, items, place) : noList(node, place);
      default ->
          node instanceof Scalar scalar ? scalars.check(scalar, shape, place) : notOne(node, place);
    };
  }

  private Found table(Pairs pairs, Table table, Place place, Position owner) {
    Map<String, Member> members = new LinkedHashMap<>();
    for (Pair pair : pairs.pairs()) {
      String name = pair.key().value();
      Place.Entry entry = new Place.Entry(place, table.noun(), name);
      Position position = pair.key().position();
      scalars.check(pair.key(), table.key(), new Place.KeyOf(entry));
      members.put(name, new Member(position, value(pair.value(), table.value(), entry, position)));
    }
    if (members.size() < table.fewest()) {
      problems.add(owner, place.label() + " is empty; it needs at least one " + table.noun());
    }
    return new Group(members, pairs.position());
  }

  private Found items(YamlNode.Items list, Items items, Place place) {
    List<Found> found = new ArrayList<>();
    Map<String, Integer> first = new HashMap<>();
    for (YamlNode node : list.items()) {
      int number = found.size() + 1;
      Found item = value(node, items.item(), new Place.Item(place, number), node.position());
      found.add(item);
      Integer earlier = first.putIfAbsent(Likeness.of(node), number);
      if (items.distinct() && earlier != null) {
        problems.add(
            node.position(),
            String.format(
                "item %d%s is the same as item %d%s",
                number,
                place.of(),
                earlier,
                node instanceof Scalar scalar ? ": " + Shown.value(scalar.value()) : ""),
            "remove one of the two");
      }
    }
    if (found.size() < items.fewest()) {
      problems.add(
          list.position(),
          String.format(
              "%s needs at least %s, not %d",
              place.label(),
              items.fewest() == 1 ? "one item" : items.fewest() + " items",
              found.size()));
    }
    return new Many(found, list.position());
  }

  private Found noMapping(YamlNode node, Place place) {
    return wrong(node, place, "a mapping of keys to values");
  }

  private Found noList(YamlNode node, Place place) {
    if (!(node instanceof Scalar scalar) || !WORD.matcher(scalar.value()).matches()) {
      return wrong(node, place, "a list");
    }
    problems.add(
        node.position(),
        place.label() + " must be a list, not " + Words.of(node),
        "write it as a list: `[" + scalar.value() + "]`");
    return new Bad(node.position());
  }

  private Found notOne(YamlNode node, Place place) {
    return wrong(node, place, "a single value");
  }

  private Found wrong(YamlNode node, Place place, String wanted) {
    problems.add(node.position(), place.label() + " must be " + wanted + ", not " + Words.of(node));
    return new Bad(node.position());
  }
}
