package gate.merge;

import gate.base.Shown;
import gate.journal.Event.HostFact;
import gate.journal.Event.InputsRead;
import gate.journal.Event.ToggleValue;
import gate.journal.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What all parts have to have in common, and what sets them apart, a sentence each. */
final class Agreement {
  /** Toggles that change where something is written, and nothing of what comes out. */
  private static final Set<String> NO_INPUT = Set.of("LOG_DIR", "DRY_RUN");

  /** Variables that say where things lie on a host, who works there, and in which language. */
  private static final Pattern PLACES =
      Pattern.compile(
          "PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|NIX_BUILD_TOP|LANG|LANGUAGE|LC_.+|NO_COLOR|XDG_.+|JAVA_HOME|CARGO_HOME|RUSTUP_HOME"
              + "|CARGO_TARGET_DIR|SSL_CERT_FILE|SSL_CERT_DIR");

  private static final int NAMED = 5;

  private final List<PartRun> parts;
  private final List<String> problems = new ArrayList<>();

  private Agreement(List<PartRun> parts) {
    this.parts = parts;
  }

  /** Where the parts differ. */
  static List<String> problems(List<PartRun> parts) {
    return new Agreement(parts).compared();
  }

  private List<String> compared() {
    same("kind", it -> it.part().kind());
    same("number of parts", it -> String.valueOf(it.part().count()));
    same("gate's version", it -> it.started().gate());
    same("matrix's name", it -> it.started().name());
    same("commit", it -> it.started().commit());
    same("tree", it -> it.started().tree());
    same("matrix.yaml", it -> inputs(it.run(), InputsRead::definition));
    same("scripts", it -> it.part().scripts());
    same("sources", it -> inputs(it.run(), Agreement::sources));
    same("workspaces", it -> inputs(it.run(), read -> new TreeMap<>(read.workspaces()).toString()));
    eachSame("toggle", Agreement::toggles);
    eachSame("variable", Agreement::environment);
    eachSameWherePresent("endpoint of", Agreement::endpoints);
    same("--repeat", it -> String.valueOf(it.run().repeat()));
    same("policy on flaky legs", it -> String.valueOf(it.started().flakyAllowed()));
    same("number of legs", it -> it.part().all() + " of " + it.started().legs());
    same("plan, or in what each of them runs of it", it -> it.part().plan());
    eachSameWherePresent("version of", part -> told(part, "version"));
    eachSameWherePresent("commit of", part -> told(part, "commit"));
    return List.copyOf(problems);
  }

  private static String inputs(RunRecord run, Function<InputsRead, String> what) {
    return run.inputs().map(what).orElse("unknown");
  }

  /** By content and commit; each host has them where it likes. */
  private static String sources(InputsRead inputs) {
    return inputs.sources().stream()
        .map(it -> it.content() + " of " + it.commit())
        .collect(Collectors.joining(" "));
  }

  private static Map<String, String> toggles(PartRun part) {
    Map<String, String> toggles = new TreeMap<>();
    for (ToggleValue toggle : part.started().toggles()) {
      if (!NO_INPUT.contains(toggle.name())) {
        toggles.put(toggle.name(), inCheckout(part, toggle.value()));
      }
    }
    return toggles;
  }

  /** A path in the checkout, as from there: each host has its checkout where it likes. */
  private static String inCheckout(PartRun part, String value) {
    return part.run()
        .inputs()
        .flatMap(it -> it.sources().stream().findFirst())
        .map(it -> it.folder() + "/")
        .filter(value::startsWith)
        .map(it -> "./" + value.substring(it.length()))
        .orElse(value);
  }

  private static Map<String, String> environment(PartRun part) {
    Map<String, String> environment = new TreeMap<>(part.started().environment());
    environment.keySet().removeIf(name -> PLACES.matcher(name).matches());
    return environment;
  }

  /** Where the user says that each service is which its legs ask for; empty: nowhere. */
  private static Map<String, String> endpoints(PartRun part) {
    Map<String, String> named = told(part, "endpoint");
    Map<String, String> endpoints = new TreeMap<>();
    part.legs().stream()
        .filter(leg -> leg.decision().equals("run"))
        .flatMap(leg -> leg.services().stream())
        .forEach(it -> endpoints.put(it, named.getOrDefault("service " + it, "")));
    return endpoints;
  }

  /** What programs and services say of themselves; git only tells of the sources. */
  private static Map<String, String> told(PartRun part, String what) {
    Map<String, String> told = new TreeMap<>();
    for (HostFact fact : part.started().facts()) {
      Optional.ofNullable(fact.details().get(what))
          .filter(_ -> !fact.name().equals("git"))
          .ifPresent(value -> told.put(fact.name(), value));
    }
    return told;
  }

  private void same(String what, Function<PartRun, String> value) {
    Map<String, List<PartRun>> byValue = new LinkedHashMap<>();
    for (PartRun part : parts) {
      byValue.computeIfAbsent(value.apply(part), _ -> new ArrayList<>()).add(part);
    }
    differ(what, byValue);
  }

  private void eachSame(String what, Function<PartRun, Map<String, String>> values) {
    each(what, values, true);
  }

  /** A part that has none of it needs none. */
  private void eachSameWherePresent(String what, Function<PartRun, Map<String, String>> values) {
    each(what, values, false);
  }

  private void each(
      String what, Function<PartRun, Map<String, String>> values, boolean everywhere) {
    Map<String, Map<String, List<PartRun>>> byName = new TreeMap<>();
    for (PartRun part : parts) {
      values
          .apply(part)
          .forEach((name, value) ->
              byName
                  .computeIfAbsent(name, _ -> new LinkedHashMap<>())
                  .computeIfAbsent(value, _ -> new ArrayList<>())
                  .add(part));
    }
    byName.forEach((name, byValue) -> {
      if (everywhere) {
        absent(byValue).filter(it -> !it.isEmpty()).ifPresent(it -> byValue.put("", it));
      }
      differ(what + " " + Shown.value(name), byValue);
    });
  }

  private Optional<List<PartRun>> absent(Map<String, List<PartRun>> byValue) {
    if (byValue.containsKey("")) {
      return Optional.empty();
    }
    Set<PartRun> present = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    byValue.values().forEach(present::addAll);
    return Optional.of(parts.stream().filter(it -> !present.contains(it)).toList());
  }

  private void differ(String what, Map<String, List<PartRun>> byValue) {
    if (byValue.size() > 1) {
      List<String> groups = new ArrayList<>();
      byValue.forEach((value, who) -> groups.add("%s in %s".formatted(shown(value), labels(who))));
      problems.add("the parts differ in their %s: %s".formatted(what, String.join(", ", groups)));
    }
  }

  private static String shown(String value) {
    if (value.isEmpty()) {
      return "not set";
    }
    return value.matches("[0-9a-f]{40,}")
        ? Shown.value(value.substring(0, 12))
        : Shown.value(value);
  }

  /** A few by name. */
  static String labels(List<PartRun> parts) {
    String some =
        parts.stream()
            .limit(NAMED)
            .map(PartRun::label)
            .distinct()
            .collect(Collectors.joining(", "));
    return parts.size() > NAMED ? "%s and %d more".formatted(some, parts.size() - NAMED) : some;
  }
}
