package gate.definition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cells of a leg with axes. */
final class Cells {
  /** How many cells a leg may have, before {@code exclude}. */
  static final int MOST = 256;

  /** How long a cell's id may be: it names folders. */
  static final int LONGEST_ID = 200;

  private Cells() {}

  /** How many combinations there are, at least where they are more than {@link #MOST}. */
  static int count(Map<String, List<String>> axes) {
    int count = 1;
    for (List<String> values : axes.values()) {
      count = Math.min(count, MOST + 1) * Math.min(values.size(), MOST + 1);
    }
    return count;
  }

  /** All combinations, the last axis changing fastest, without those that are excluded. */
  static List<Map<String, String>> of(
      Map<String, List<String>> axes, List<Map<String, String>> excluded) {
    List<Map<String, String>> cells = List.of(Map.of());
    for (Map.Entry<String, List<String>> axis : axes.entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> cell : cells) {
        for (String value : axis.getValue()) {
          Map<String, String> next = new LinkedHashMap<>(cell);
          next.put(axis.getKey(), value);
          longer.add(next);
        }
      }
      cells = longer;
    }
    return cells.stream()
        .filter(cell -> excluded.stream().noneMatch(it -> matches(cell, it)))
        .toList();
  }

  /** The id of a leg's cell; the leg's name where it has no axes. */
  static String id(String leg, Map<String, String> cell) {
    StringBuilder id = new StringBuilder(leg);
    char separator = '@';
    for (Map.Entry<String, String> axis : cell.entrySet()) {
      id.append(separator).append(axis.getKey()).append('=').append(axis.getValue());
      separator = ',';
    }
    return id.toString();
  }

  private static boolean matches(Map<String, String> cell, Map<String, String> excluded) {
    return cell.entrySet().containsAll(excluded.entrySet());
  }
}
