package gate.definition;

import gate.base.Shown;
import gate.definition.Found.Member;
import gate.definition.Found.Scalar;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What holds between a leg's axes and what it excludes, and how many cells there may be. */
final class AxisRules {
  /** How many legs and cells a definition may have. */
  private static final int MOST_LEGS = 10_000;

  private final Problems problems;
  private int legs;

  private AxisRules(Problems problems) {
    this.problems = problems;
  }

  static void check(Found root, Problems problems) {
    AxisRules rules = new AxisRules(problems);
    root.at("legs").entries().forEach(rules::leg);
    Member all = root.entries().get("legs");
    if (all != null && rules.legs > MOST_LEGS) {
      problems.add(
          all.key(),
          "there are " + rules.legs + " legs and cells; at most " + MOST_LEGS + " are read",
          "split the definition into several files");
    }
  }

  private void leg(String name, Member leg) {
    Found found = leg.value();
    Member axes = found.entries().get("axes");
    if (axes == null) {
      legs++;
      return;
    }
    Map<String, List<String>> values = Axes.in(found);
    values.keySet().forEach(axis -> distinct(name, axis, found.at("axes").scalars(axis)));
    boolean known = true;
    for (Found entry : found.at("exclude").list()) {
      for (Map.Entry<String, Member> axis : entry.entries().entrySet()) {
        known &= excludes(name, axis.getKey(), axis.getValue(), values);
      }
    }
    int count = Cells.count(values);
    if (count > Cells.MOST) {
      problems.add(
          axes.key(),
          String.format(
              "`axes` of leg `%s` make more than %d cells, `exclude` aside", name, Cells.MOST),
          "split the leg, or leave out values");
    } else if (known && axes.value() instanceof Found.Group && !values.containsValue(List.of())) {
      cells(name, found, axes, values);
    }
  }

  private void distinct(String leg, String axis, List<Scalar> values) {
    Map<String, String> first = new HashMap<>();
    for (Scalar value : values) {
      String earlier = first.putIfAbsent(value.text().toLowerCase(Locale.ROOT), value.text());
      if (earlier != null && !earlier.equals(value.text())) {
        problems.add(
            value.position(),
            String.format(
                "`%s` and `%s` of axis `%s` of leg `%s` differ in case only",
                earlier, value.text(), axis, leg),
            "cells are folders too, and not every file system tells them apart");
      } else if (earlier != null) {
        problems.add(
            value.position(),
            String.format("`%s` is given twice in axis `%s` of leg `%s`", earlier, axis, leg),
            "remove one of the two");
      }
    }
  }

  private boolean excludes(
      String leg, String axis, Member excluded, Map<String, List<String>> values) {
    String where = " in `exclude` of leg `" + leg + "`";
    if (!values.containsKey(axis)) {
      String message = "unknown axis " + Shown.value(axis) + where;
      problems.unknown(excluded.key(), message, axis, values.keySet());
      return false;
    }
    if (excluded.value() instanceof Scalar value && !values.get(axis).contains(value.text())) {
      String message = "unknown value " + Shown.value(value.text()) + " of axis `" + axis + "`";
      problems.unknown(value.position(), message + where, value.text(), values.get(axis));
      return false;
    }
    return excluded.value() instanceof Scalar;
  }

  private void cells(String name, Found leg, Member axes, Map<String, List<String>> values) {
    List<Map<String, String>> cells = Cells.of(values, Axes.excluded(leg));
    legs += cells.size();
    if (cells.isEmpty()) {
      Member exclude = leg.entries().get("exclude");
      problems.add(
          exclude == null ? axes.key() : exclude.key(),
          "`exclude` of leg `" + name + "` leaves no cell",
          "leave at least one combination");
    }
    for (Map<String, String> cell : cells) {
      String id = Cells.id(name, cell);
      if (id.length() > Cells.LONGEST_ID) {
        problems.add(
            axes.key(),
            String.format(
                "the cells of leg `%s` get ids of more than %d characters, such as %s",
                name, Cells.LONGEST_ID, Shown.value(id)),
            "use shorter values, or fewer axes");
        return;
      }
    }
  }
}
