package gate.definition;

import gate.base.Durations;
import gate.base.Sizes;
import gate.definition.Found.Member;
import gate.definition.Found.Scalar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes records of what was found, once nothing is wrong with it. */
final class Binder {
  private final Found root;
  private final Map<String, Workspace> workspaces = new LinkedHashMap<>();

  private Binder(Found root) {
    this.root = root;
  }

  static Definition bind(Path file, Found root) {
    return new Binder(root).definition(file);
  }

  private Definition definition(Path file) {
    Map<String, Toggle> toggles = new LinkedHashMap<>();
    Map<String, Service> services = new LinkedHashMap<>();
    root.at("workspaces")
        .entries()
        .forEach((name, it) -> workspaces.put(name, workspace(name, it)));
    root.at("toggles").entries().forEach((name, it) -> toggles.put(name, toggle(name, it)));
    root.at("services").entries().forEach((name, it) -> services.put(name, service(name, it)));
    return new Definition(
        file,
        text(root, "name"),
        workspaces,
        toggles,
        Ordered.set(texts(root, "not-toggles")),
        services,
        legs(),
        runs(root.at("runs")),
        gate(root.at("gate")));
  }

  private static Workspace workspace(String name, Member workspace) {
    Found found = workspace.value();
    return new Workspace(
        name,
        text(found, "path"),
        optional(found, "env"),
        Sizes.parse(text(found, "disk")),
        Sizes.parse(text(found, "memory")));
  }

  private static Toggle toggle(String name, Member toggle) {
    Found found = toggle.value();
    return new Toggle(
        name,
        Toggle.Type.valueOf(text(found, "type").toUpperCase(Locale.ROOT)),
        texts(found, "values"),
        optional(found, "default"),
        optional(found, "secret").filter(Words::isTrue).isPresent(),
        text(found, "help"),
        toggle.key());
  }

  private Service service(String name, Member service) {
    Found found = service.value();
    return new Service(
        name,
        optional(found, "endpoint"),
        optional(found, "health"),
        found.entries().containsKey("start")
            ? Optional.of(start(found.at("start")))
            : Optional.empty(),
        found.entries().containsKey("started-by"),
        service.key());
  }

  private Start start(Found found) {
    return new Start(
        optional(found, "workspace").orElseGet(() -> workspaces.keySet().iterator().next()),
        optional(found, "package"),
        text(found, "bin"),
        Integer.parseInt(text(found, "replicas")),
        texts(found, "args"),
        variables(found, "env"),
        span(found, "timeout"));
  }

  private List<Leg> legs() {
    Map<String, Member> found = root.at("legs").entries();
    Map<String, List<Map<String, String>>> cells = new LinkedHashMap<>();
    found.forEach(
        (name, it) -> cells.put(name, Cells.of(Axes.in(it.value()), Axes.excluded(it.value()))));
    List<Leg> legs = new ArrayList<>();
    found.forEach((name, leg) -> {
      List<String> needs = new ArrayList<>();
      for (String need : texts(leg.value(), "needs")) {
        cells.get(need).forEach(cell -> needs.add(Cells.id(need, cell)));
      }
      cells.get(name).forEach(cell -> legs.add(leg(name, leg, cell, needs)));
    });
    return legs;
  }

  private static Leg leg(String name, Member leg, Map<String, String> cell, List<String> needs) {
    Found found = leg.value();
    return new Leg(
        Cells.id(name, cell),
        name,
        text(found, "title"),
        texts(found, "covers"),
        needs,
        texts(found, "services"),
        span(found, "timeout"),
        Integer.parseInt(text(found, "retries")),
        Integer.parseInt(text(found, "cpus")),
        optional(found, "memory").map(Sizes::parse),
        texts(found, "locks"),
        optional(found, "skip"),
        optional(found, "planned"),
        variables(found, "env"),
        cell,
        Ordered.set(texts(found, "allow")),
        leg.key());
  }

  private static KeptRuns runs(Found found) {
    return new KeptRuns(
        optional(found, "most").map(Integer::parseInt),
        optional(found, "max-age").map(Durations::parse));
  }

  private static GatePolicy gate(Found found) {
    return new GatePolicy(
        optional(found, "max-age").map(Durations::parse),
        texts(found, "require"),
        optional(found, "accelerator"),
        optional(found, "flaky").orElse("deny").equals("allow")
            ? GatePolicy.Flaky.ALLOW
            : GatePolicy.Flaky.DENY,
        texts(found, "unbound").stream().map(Binder::withoutSlash).toList(),
        texts(found, "tags"),
        optional(found, "signature").orElse("").equals("required"),
        texts(found, "signers"),
        optional(found, "cases").map(Integer::parseInt).orElse(0),
        optional(found, "fewer-cases").orElse("").equals("allow"),
        Sizes.parse(optional(found, "budget").orElse("16MiB")));
  }

  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static String text(Found found, String key) {
    return found.scalar(key).map(Scalar::text).orElseThrow();
  }

  private static Optional<String> optional(Found found, String key) {
    return found.scalar(key).map(Scalar::text);
  }

  private static List<String> texts(Found found, String key) {
    return found.scalars(key).stream().map(Scalar::text).toList();
  }

  private static Map<String, String> variables(Found found, String key) {
    Map<String, String> variables = new LinkedHashMap<>();
    found
        .at(key)
        .entries()
        .forEach((name, value) -> {
          if (value.value() instanceof Scalar text) {
            variables.put(name, text.text());
          }
        });
    return variables;
  }

  private static Duration span(Found found, String key) {
    return Durations.parse(text(found, key));
  }
}
