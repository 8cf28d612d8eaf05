package gate.definition;

import gate.definition.Found.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code unbound} of {@code gate} may not let go: what decides, what is tested, nor a part.
 */
final class UnboundRules {
  private UnboundRules() {}

  static void check(Found root, Problems problems) {
    Map<String, String> bound = new LinkedHashMap<>();
    bound.put(GatePolicy.SIGNERS, "evidence could bring the key that it is trusted by");
    bound.put("matrix.yaml", "the policy could change after the run");
    bound.put("legs", "the legs could change after the run");
    root.at("workspaces")
        .entries()
        .forEach((name, workspace) ->
            workspace
                .value()
                .scalar("path")
                .map(Scalar::text)
                .map(UnboundRules::plain)
                .ifPresent(path ->
                    bound.put(path, "workspace `%s` could change after the run".formatted(name))));
    root.at("gate").scalars("unbound").forEach(unbound -> check(unbound, bound, problems));
  }

  private static void check(Scalar unbound, Map<String, String> bound, Problems problems) {
    bound.forEach((path, why) -> {
      if (within(path, plain(unbound.text())) || within(plain(unbound.text()), path)) {
        problems.add(
            unbound.position(),
            "`unbound` of `gate` can't cover `%s`: %s".formatted(path, why),
            "name what may change more exactly, such as `%s`".formatted(GatePolicy.EVIDENCE));
      }
    });
  }

  private static boolean within(String path, String folder) {
    return (path + "/").startsWith(folder + "/");
  }

  private static String plain(String path) {
    return path.replaceFirst("^(?:\\./+)+", "").replaceFirst("/+$", "");
  }
}
