package gate.definition;

import gate.definition.Found.Member;
import gate.definition.Found.Scalar;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The names that a file declares, also those whose declaration has a fault.
 *
 * @param workspaces all workspaces
 * @param services all services
 * @param toggles all toggles, also the variables of workspaces, each with its type, or with an
 *     empty one where that isn't known
 */
record Declared(Set<String> workspaces, Set<String> services, Map<String, String> toggles) {
  static final String FLAG = "flag";
  static final String PATH = "path";

  static Declared in(Found root) {
    Map<String, String> toggles = new LinkedHashMap<>();
    for (Map.Entry<String, Member> toggle : root.at("toggles").entries().entrySet()) {
      Found value = toggle.getValue().value();
      toggles.put(toggle.getKey(), value.scalar("type").map(Scalar::text).orElse(""));
    }
    for (Member workspace : root.at("workspaces").entries().values()) {
      workspace.value().scalar("env").ifPresent(env -> toggles.putIfAbsent(env.text(), PATH));
    }
    toggles.keySet().removeAll(BuiltIn.TOGGLES.keySet());
    return new Declared(
        root.at("workspaces").entries().keySet(), root.at("services").entries().keySet(), toggles);
  }

  /** The toggles that are flags, or may be. */
  Set<String> flags() {
    Set<String> flags = new LinkedHashSet<>();
    toggles.forEach((name, type) -> {
      if (type.equals(FLAG) || type.isEmpty()) {
        flags.add(name);
      }
    });
    return flags;
  }
}
