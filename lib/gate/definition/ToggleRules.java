package gate.definition;

import gate.base.Names;
import gate.base.Shown;
import gate.definition.Found.Member;
import gate.definition.Found.Scalar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What holds among toggles, and among the variables that workspaces and services name. */
final class ToggleRules {
  private final Found root;
  private final Declared declared;
  private final Problems problems;
  private final Map<String, String> users = new HashMap<>();

  private ToggleRules(Found root, Declared declared, Problems problems) {
    this.root = root;
    this.declared = declared;
    this.problems = problems;
  }

  static void check(Found root, Declared declared, Problems problems) {
    ToggleRules rules = new ToggleRules(root, declared, problems);
    root.at("toggles").entries().forEach(rules::toggle);
    root.at("workspaces").entries().forEach(rules::workspace);
    root.at("services").entries().forEach(rules::endpoint);
    root.scalars("not-toggles").forEach(rules::notToggle);
    root.at("gate").scalars("require").forEach(rules::required);
  }

  private void toggle(String name, Member toggle) {
    for (String builtIn : BuiltIn.TOGGLES.keySet()) {
      if (Names.oneEditApart(name, builtIn)) {
        problems.add(
            toggle.key(),
            "toggle `" + name + "` is too much like `" + builtIn + "`, which is built in",
            "choose another name");
      }
    }
    Optional<Scalar> secret = toggle.value().scalar("secret").filter(it -> Words.isTrue(it.text()));
    if (secret.isPresent() && toggle.value().scalar("default").isPresent()) {
      problems.add(
          secret.get().position(),
          "toggle `" + name + "` is secret, and its `default` stands here for all to read",
          "remove the `default`");
    }
    List<String> values = toggle.value().scalars("values").stream().map(Scalar::text).toList();
    boolean complete = values.size() == toggle.value().at("values").list().size();
    toggle
        .value()
        .scalar("default")
        .filter(it -> !values.isEmpty() && complete && !values.contains(it.text()))
        .ifPresent(it ->
            problems.unknown(
                it.position(),
                "`default` of toggle `" + name + "` isn't one of its values: `" + it.text() + "`",
                it.text(),
                values));
  }

  private void workspace(String name, Member workspace) {
    workspace.value().scalar("env").ifPresent(env -> workspaceVariable(name, env));
  }

  private void workspaceVariable(String name, Scalar env) {
    onlyUser(env, "workspace `" + name + "`");
    String type = declared.toggles().getOrDefault(env.text(), "");
    if (!type.isEmpty() && !type.equals(Declared.PATH)) {
      problems.add(
          env.position(),
          String.format(
              "`env` of workspace `%s` names the toggle `%s`, which is a %s; it has to be a path",
              name, env.text(), type),
          "remove the toggle, or make it `type: path`");
    }
  }

  private void endpoint(String name, Member service) {
    service
        .value()
        .scalar("endpoint")
        .ifPresent(endpoint -> {
          onlyUser(endpoint, "service `" + name + "`");
          if (declared.toggles().containsKey(endpoint.text())) {
            problems.add(
                endpoint.position(),
                String.format(
                    "`endpoint` of service `%s` is a toggle: `%s`", name, endpoint.text()),
                "give the endpoint a variable of its own");
          }
        });
  }

  private void onlyUser(Scalar variable, String user) {
    String other = users.putIfAbsent(variable.text(), user);
    if (other != null) {
      problems.add(
          variable.position(),
          String.format("`%s` is the variable of %s already", variable.text(), other),
          "give " + user + " a variable of its own");
    }
  }

  private void notToggle(Scalar name) {
    String use =
        declared.toggles().containsKey(name.text())
            ? "declared as a toggle"
            : users.containsKey(name.text()) ? "the variable of " + users.get(name.text()) : "";
    if (!use.isEmpty()) {
      problems.add(
          name.position(),
          String.format("`%s` in `not-toggles` is %s", name.text(), use),
          "remove one of the two");
    }
  }

  private void required(Scalar name) {
    if (BuiltIn.TOGGLES.containsKey(name.text())) {
      problems.add(
          name.position(),
          "`require` of `gate` can't ask for `" + name.text() + "`: it is built in",
          "remove it");
    } else if (!declared.toggles().containsKey(name.text())) {
      problems.unknown(
          name.position(),
          "unknown toggle " + Shown.value(name.text()) + " in `require` of `gate`",
          name.text(),
          declared.toggles().keySet());
    }
  }
}
