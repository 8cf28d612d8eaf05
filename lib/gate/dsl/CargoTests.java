package gate.dsl;

import gate.dsl.CargoTest.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what a script says of Cargo tests. */
final class CargoTests {
  private CargoTests() {}

  static CargoTest of(Map<String, ?> named, String packageName) {
    if (!packageName.matches("[A-Za-z_][A-Za-z0-9_-]*")) {
      throw new StepFailed("cargoTest: `%s` is no name of a package".formatted(packageName));
    }
    Optional<String> exact = text(named, "case");
    Optional<String> filter = text(named, "filter");
    if (exact.isPresent() && filter.isPresent()) {
      throw new StepFailed("cargoTest: say `case:` or `filter:`, not both");
    }
    Optional<String> profile = text(named, "profile");
    if (on(named, "release") && profile.isPresent()) {
      throw new StepFailed("cargoTest: say `release:` or `profile:`, not both");
    }
    return new CargoTest(
        packageName,
        text(named, "workspace"),
        target(named),
        exact,
        filter,
        on(named, "ignored"),
        features(named),
        on(named, "allFeatures"),
        !Boolean.FALSE.equals(named.get("defaultFeatures")),
        on(named, "release") ? Optional.of("release") : profile,
        LegScript.env(named),
        Optional.ofNullable((Integer) named.get("threads")));
  }

  private static List<String> features(Map<String, ?> named) {
    return named.get("features") instanceof List<?> features
        ? features.stream().map(String::valueOf).toList()
        : List.of();
  }

  private static Target target(Map<String, ?> named) {
    Map<String, Target> said = new LinkedHashMap<>();
    text(named, "test").ifPresent(it -> said.put("test", new Target.Test(it)));
    text(named, "bin").ifPresent(it -> said.put("bin", new Target.Bin(it)));
    text(named, "example").ifPresent(it -> said.put("example", new Target.Example(it)));
    if (on(named, "lib")) {
      said.put("lib", new Target.Lib());
    }
    if (on(named, "bins")) {
      said.put("bins", new Target.Bins());
    }
    if (on(named, "tests")) {
      said.put("tests", new Target.Tests());
    }
    if (on(named, "doc")) {
      said.put("doc", new Target.Doc());
    }
    if (said.size() > 1) {
      throw new StepFailed(
          "cargoTest: say one target, not "
              + String.join(" and ", said.keySet().stream().map(it -> "`" + it + ":`").toList()));
    }
    return said.isEmpty() ? new Target.All() : said.values().iterator().next();
  }

  private static boolean on(Map<String, ?> named, String name) {
    return Boolean.TRUE.equals(named.get(name));
  }

  /** A word for a command line; one that cargo would take for an option is refused. */
  private static Optional<String> text(Map<String, ?> named, String name) {
    Optional<String> text = Optional.ofNullable(named.get(name)).map(String::valueOf);
    text.filter(it -> it.isBlank() || it.startsWith("-") || it.indexOf('\0') >= 0)
        .ifPresent(it -> {
          throw new StepFailed("cargoTest: %s: `%s` is no name".formatted(name, it));
        });
    return text;
  }
}
