package gate.kernel.cargo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The targets that cargo builds of packages that lie somewhere in the file system. */
public final class BuiltPackages {
  /** Tells of all that a workspace may need. */
  static final List<String> COMMAND =
      List.of("cargo", "metadata", "--locked", "--format-version", "1");

  private static final ObjectMapper JSON = new ObjectMapper();

  private BuiltPackages() {}

  /** A target's manifest and its main source. */
  public record Target(Path manifest, Path source) {}

  /** Those of the messages of a build, a line each. */
  public static Set<Target> in(List<String> messages) throws JsonProcessingException {
    Set<Target> targets = new LinkedHashSet<>();
    for (String line : messages) {
      if (line.startsWith("{") && line.contains("path+file:")) {
        JsonNode message = JSON.readTree(line);
        if (message.path("reason").asText().equals("compiler-artifact")
            && message.path("package_id").asText().contains("path+file:")) {
          targets.add(target(message.path("manifest_path"), message.path("target")));
        }
      }
    }
    return targets;
  }

  /** Those of {@link #COMMAND}. */
  static Set<Target> of(String metadata) throws JsonProcessingException {
    Set<Target> targets = new LinkedHashSet<>();
    for (JsonNode one : JSON.readTree(metadata).path("packages")) {
      if (one.path("source").isNull()) {
        one.path("targets")
            .forEach(target -> targets.add(target(one.path("manifest_path"), target)));
      }
    }
    return targets;
  }

  private static Target target(JsonNode manifest, JsonNode target) {
    return new Target(Path.of(manifest.asText()), Path.of(target.path("src_path").asText()));
  }
}
