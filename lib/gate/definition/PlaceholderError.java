package gate.definition;

import gate.base.Names;
import gate.base.Shown;
import gate.definition.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Words what is wrong with the placeholders of a text. */
final class PlaceholderError {
  private PlaceholderError() {}

  static void add(Scalar scalar, Place place, Problems problems) {
    List<String> known = new ArrayList<>(Placeholders.WORDS);
    known.add(Placeholders.ENDPOINT + "SERVICE");
    boolean any = false;
    for (String placeholder : Placeholders.in(scalar.value())) {
      if (!Placeholders.isKnown(placeholder)) {
        any = true;
        problems.add(
            scalar.position(),
            "unknown placeholder "
                + Shown.value("{" + placeholder + "}")
                + place.in()
                + "; known: {"
                + String.join("}, {", known)
                + "}",
            meant(placeholder, known).map(it -> "did you mean `{" + it + "}`?"));
      }
    }
    if (!any) {
      problems.add(
          scalar.position(), place.label() + " is too long, or has a character no process can get");
    }
  }

  private static Optional<String> meant(String typed, List<String> known) {
    int colon = typed.indexOf(':');
    if (colon < 0) {
      return Names.nearest(typed.strip(), known);
    }
    return Optional.of(Placeholders.ENDPOINT + typed.substring(colon + 1).strip())
        .filter(Placeholders::isKnown);
  }
}
