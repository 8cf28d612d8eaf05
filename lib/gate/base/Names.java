package gate.base;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** How alike two names are. */
public final class Names {
  /** Nobody types a longer name; the comparison's cost grows with its square. */
  private static final int LONGEST = 256;

  private Names() {}

  /** The known name that was most likely meant; the first of several as good. */
  public static Optional<String> nearest(String typed, Collection<String> known) {
    if (typed.length() > LONGEST) {
      return Optional.empty();
    }
    String plain = plain(typed);
    int allowed = Math.clamp(plain.length() / 3, 1, 3);
    Optional<String> nearest = Optional.empty();
    for (String name : known) {
      int distance = distance(plain, plain(name), allowed);
      if (distance <= allowed && distance < Math.max(plain.length(), name.length())) {
        nearest = Optional.of(name);
        allowed = distance - 1;
      }
    }
    return nearest.isPresent() ? nearest : onlyOneThatHas(plain, known);
  }

  /**
   * Whether one name is easily typed for the other: one letter added, missing, replaced or swapped
   * with its neighbour; or nothing but case and {@code _} differs. A name isn't apart from itself.
   */
  public static boolean oneEditApart(String a, String b) {
    return !a.equals(b)
        && (distance(a, b, 1) == 1 || a.replace("_", "").equalsIgnoreCase(b.replace("_", "")));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Optional<String> onlyOneThatHas(String part, Collection<String> known) {
    Optional<String> found = Optional.empty();
    for (String name : known) {
      if (part.length() >= 3 && plain(name).contains(part)) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.of(name);
      }
    }
    return found;
  }

  /** Damerau-Levenshtein (optimal string alignment); something above {@code limit} beyond it. */
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit || a.length() > LONGEST) {
      return limit + 1;
    }
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
        best = Math.min(best, cost[i - 1][j - 1] + (same ? 0 : 1));
        if (swapped(a, b, i, j)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }

  private static boolean swapped(String a, String b, int i, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
