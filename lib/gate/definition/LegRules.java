package gate.definition;

import gate.base.Shown;
import gate.definition.Found.Member;
import gate.definition.Found.Scalar;
import java.util.List;
import java.util.Optional;

/** What a leg may name besides other legs. */
final class LegRules {
  private final Declared declared;
  private final Problems problems;

  private LegRules(Declared declared, Problems problems) {
    this.declared = declared;
    this.problems = problems;
  }

  static void check(Found root, Declared declared, Problems problems) {
    LegRules rules = new LegRules(declared, problems);
    root.at("legs").entries().forEach(rules::leg);
  }

  private void leg(String name, Member leg) {
    for (Scalar service : leg.value().scalars("services")) {
      if (!declared.services().contains(service.text())) {
        problems.unknown(
            service.position(),
            "unknown service " + Shown.value(service.text()) + " in leg `" + name + "`",
            service.text(),
            declared.services());
      }
    }
    for (String key : List.of("skip", "planned")) {
      leg.value().scalar(key).ifPresent(toggle -> flag(name, key, toggle));
    }
    leg.value()
        .scalar("planned")
        .filter(it -> leg.value().scalar("skip").map(Scalar::text).equals(text(it)))
        .ifPresent(it -> never(name, it));
  }

  private static Optional<String> text(Scalar scalar) {
    return Optional.of(scalar.text());
  }

  private void never(String name, Scalar toggle) {
    problems.add(
        toggle.position(),
        String.format(
            "leg `%s` could never run: `%s` skips it when on, and it is planned until then",
            name, toggle.text()),
        "keep one of `skip` and `planned`");
  }

  private void flag(String leg, String key, Scalar toggle) {
    String where = " in `" + key + "` of leg `" + leg + "`";
    String type = declared.toggles().get(toggle.text());
    if (BuiltIn.TOGGLES.containsKey(toggle.text())) {
      problems.add(
          toggle.position(),
          "`" + toggle.text() + "`" + where + " is built in; a leg can't depend on it",
          "declare a flag toggle for it");
    } else if (type == null) {
      problems.unknown(
          toggle.position(),
          "unknown toggle " + Shown.value(toggle.text()) + where,
          toggle.text(),
          declared.flags());
    } else if (!type.isEmpty() && !type.equals(Declared.FLAG)) {
      problems.add(
          toggle.position(),
          String.format("toggle `%s`%s is a %s; it has to be a flag", toggle.text(), where, type),
          "flags: " + Shown.names(declared.flags()));
    }
  }
}
