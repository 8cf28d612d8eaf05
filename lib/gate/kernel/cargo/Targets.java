package gate.kernel.cargo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.base.Names;
import gate.base.Shown;
import gate.dsl.CargoTest;
import gate.dsl.CargoTest.Target;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The packages of a workspace and their targets. */
public final class Targets {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LOCKED = Pattern.compile("(?m)^name = \"([^\"]+)\"$");
  private static final Set<String> KINDS = Set.of("bin", "test", "example", "bench");
  private static final String LIB = "lib";

  /** The command that tells of them: it needs no network, builds nothing and writes nothing. */
  public static final List<String> COMMAND =
      List.of("cargo", "metadata", "--no-deps", "--offline", "--locked", "--format-version", "1");

  private final Map<String, Map<String, Set<String>>> packages = new LinkedHashMap<>();
  private final Set<String> locked = new TreeSet<>();

  /**
   * @param metadata what the command printed
   * @param lock the workspace's Cargo.lock; empty where there is none
   * @throws IllegalArgumentException where it isn't what cargo prints
   */
  public Targets(String metadata, String lock) {
    try {
      JSON.readTree(metadata).path("packages").forEach(this::add);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it printed no JSON: " + e.getOriginalMessage(), e);
    }
    LOCKED.matcher(lock).results().forEach(it -> locked.add(it.group(1)));
  }

  private void add(JsonNode one) {
    Map<String, Set<String>> targets = new LinkedHashMap<>();
    for (JsonNode target : one.path("targets")) {
      String kind = target.path("kind").path(0).asText();
      if (!kind.equals("custom-build")) {
        targets
            .computeIfAbsent(KINDS.contains(kind) ? kind : LIB, _ -> new LinkedHashSet<>())
            .add(target.path("name").asText());
      }
    }
    packages.put(one.path("name").asText(), targets);
  }

  /** Why no run could find these tests, as a sentence; empty where they may be there. */
  public Optional<String> missing(CargoTest test) {
    Map<String, Set<String>> targets = packages.get(test.packageName());
    if (targets == null) {
      return missingPackage(test.packageName());
    }
    return switch (test.target()) {
      case Target.Test(String name) -> missing(test.packageName(), "test", name, targets);
      case Target.Bin(String name) -> missing(test.packageName(), "bin", name, targets);
      case Target.Example(String name) -> missing(test.packageName(), "example", name, targets);
      case Target.Lib(), Target.Doc() ->
          targets.containsKey(LIB)
              ? Optional.empty()
              : Optional.of("package %s has no library".formatted(Shown.value(test.packageName())));
      case Target.All(), Target.Bins(), Target.Tests() -> Optional.empty();
    };
  }

  /** The same of a binary, of any package where none is named. */
  public Optional<String> missing(Optional<String> packageName, String bin) {
    if (packageName.isPresent()) {
      Map<String, Set<String>> targets = packages.get(packageName.get());
      return targets == null
          ? missingPackage(packageName.get())
          : missing(packageName.get(), "bin", bin, targets);
    }
    Set<String> bins = new TreeSet<>();
    packages.values().forEach(it -> bins.addAll(it.getOrDefault("bin", Set.of())));
    return bins.contains(bin)
        ? Optional.empty()
        : Optional.of("no package has a bin %s; %s".formatted(Shown.value(bin), near(bin, bins)));
  }

  /** Cargo tests members, and whatever else is locked. */
  private Optional<String> missingPackage(String name) {
    return locked.contains(name)
        ? Optional.empty()
        : Optional.of(
            "there is no package %s; %s"
                .formatted(Shown.value(name), near(name, packages.keySet())));
  }

  private static Optional<String> missing(
      String packageName, String kind, String name, Map<String, Set<String>> targets) {
    Set<String> known = targets.getOrDefault(kind, Set.of());
    boolean pattern = name.matches(".*[*?\\[].*");
    return pattern || known.contains(name)
        ? Optional.empty()
        : Optional.of(
            "package %s has no %s %s; %s"
                .formatted(Shown.value(packageName), kind, Shown.value(name), near(name, known)));
  }

  private static String near(String name, Collection<String> known) {
    return Names.nearest(name, known)
        .map(it -> "did you mean %s?".formatted(Shown.value(it)))
        .orElseGet(() -> there(known));
  }

  private static String there(Collection<String> known) {
    return switch (known.size()) {
      case 0 -> "there are none";
      case 1 -> "there is " + Shown.value(known.iterator().next());
      default -> "there are " + Shown.line(Shown.names(known));
    };
  }
}
