package gate.plan;

import gate.base.Names;
import gate.base.Shown;
import gate.definition.Leg;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The legs that were named: by id, by the name that cells share, or by a glob with {@code *?}. */
public final class Selection {
  private Selection() {}

  /**
   * The ids of the legs that the words name, in the definition's order; none: all.
   *
   * @throws Refused with a sentence for each word that names none
   */
  public static Set<String> of(List<Leg> legs, List<String> words) {
    Set<String> selected = new LinkedHashSet<>();
    List<String> problems = new ArrayList<>();
    for (String word : words) {
      List<String> found = legs.stream().filter(leg -> names(word, leg)).map(Leg::id).toList();
      selected.addAll(found);
      if (found.isEmpty()) {
        problems.add(unknown(word, legs));
      }
    }
    if (!problems.isEmpty()) {
      throw new Refused(problems);
    }
    Set<String> ordered = new LinkedHashSet<>();
    legs.stream()
        .map(Leg::id)
        .filter(id -> words.isEmpty() || selected.contains(id))
        .forEach(ordered::add);
    return ordered;
  }

  private static boolean names(String word, Leg leg) {
    if (word.contains("*") || word.contains("?")) {
      Pattern glob = glob(word);
      return glob.matcher(leg.id()).matches() || glob.matcher(leg.script()).matches();
    }
    return leg.id().equals(word) || leg.script().equals(word);
  }

  private static Pattern glob(String word) {
    StringBuilder regex = new StringBuilder();
    word.codePoints()
        .forEach(point ->
            regex.append(
                switch (point) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(point));
                }));
    return Pattern.compile(regex.toString());
  }

  private static String unknown(String word, List<Leg> legs) {
    Set<String> names = new LinkedHashSet<>();
    legs.forEach(leg -> names.add(leg.script()));
    legs.forEach(leg -> names.add(leg.id()));
    return "there is no leg %s; %s"
        .formatted(
            Shown.value(word),
            Names.nearest(word, names)
                .map("did you mean `%s`?"::formatted)
                .orElse("the legs are " + Shown.names(names)));
  }
}
