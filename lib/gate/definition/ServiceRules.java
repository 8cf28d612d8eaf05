package gate.definition;

import gate.base.Position;
import gate.base.Shown;
import gate.definition.Found.Member;
import gate.definition.Found.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What holds between services, workspaces and each other's endpoints. */
final class ServiceRules {
  private final Set<String> workspaces;
  private final Set<String> services;
  private final Problems problems;
  private final Map<String, List<Cycles.Edge>> endpoints = new LinkedHashMap<>();

  private ServiceRules(Declared declared, Problems problems) {
    this.workspaces = declared.workspaces();
    this.services = declared.services();
    this.problems = problems;
  }

  static void check(Found root, Declared declared, Problems problems) {
    ServiceRules rules = new ServiceRules(declared, problems);
    root.at("services").entries().forEach(rules::service);
    for (Cycles.Cycle cycle : Cycles.in(rules.endpoints)) {
      problems.add(
          cycle.position(),
          "services need each other's endpoint to start: " + cycle.shown(),
          "break the circle: one of them has to start without the other's endpoint");
    }
  }

  private void service(String name, Member service) {
    endpoints.put(name, new ArrayList<>());
    Member start = service.value().entries().get("start");
    if (start != null && start.value() instanceof Found.Group group) {
      workspace(name, start.key(), group);
      group.scalars("args").forEach(arg -> template(name, arg, "`args`"));
      group
          .at("env")
          .entries()
          .forEach((variable, value) -> {
            if (value.value() instanceof Scalar text) {
              template(name, text, "variable `" + variable + "`");
            }
          });
    }
  }

  private void workspace(String name, Position key, Found.Group start) {
    if (start.at("workspace") instanceof Scalar workspace) {
      if (!workspaces.contains(workspace.text())) {
        problems.unknown(
            workspace.position(),
            String.format(
                "unknown workspace `%s` in `start` of service `%s`", workspace.text(), name),
            workspace.text(),
            workspaces);
      }
    } else if (!start.members().containsKey("workspace") && workspaces.size() != 1) {
      problems.add(
          key,
          workspaces.isEmpty()
              ? "service `" + name + "` can't be started: no workspace is declared"
              : "`workspace` is missing in `start` of service `"
                  + name
                  + "`: there are several; known: "
                  + Shown.names(workspaces),
          workspaces.isEmpty()
              ? "declare one: `workspaces: { platform: { path: reference } }`"
              : "add `workspace: " + workspaces.iterator().next() + "`, for example");
    }
  }

  private void template(String name, Scalar text, String where) {
    for (String placeholder : Placeholders.in(text.text())) {
      Placeholders.service(placeholder).ifPresent(other -> endpoint(name, text, where, other));
    }
  }

  private void endpoint(String name, Scalar text, String where, String other) {
    if (other.equals(name)) {
      problems.add(
          text.position(),
          String.format(
              "`{endpoint:%s}` in %s of `start` of service `%s` is its own endpoint",
              other, where, name),
          "use `{port}` for its own port, or `{peers}` for its replicas");
    } else if (!services.contains(other)) {
      problems.unknown(
          text.position(),
          String.format(
              "unknown service `%s` in %s of `start` of service `%s`", other, where, name),
          other,
          services);
    } else {
      endpoints.get(name).add(new Cycles.Edge(other, text.position()));
    }
  }
}
