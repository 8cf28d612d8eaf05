package gate.kernel.cargo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What cargo says of a target that it has built: its message {@code compiler-artifact}.
 *
 * @param local whether its package lies somewhere in the file system
 * @param name the target's
 * @param kind the target's first
 * @param source the target's main one
 * @param executable where there is one
 * @param fresh whether it was there already
 */
public record Artifact(
    boolean local,
    Path manifest,
    String name,
    String kind,
    Path source,
    Optional<Path> executable,
    boolean fresh) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Those of a build.
   *
   * @param messages what it wrote with {@code --message-format=json-render-diagnostics}
   * @throws IOException if that can't be read; Jackson's where a message is broken
   */
  public static List<Artifact> in(Path messages) throws IOException {
    List<Artifact> artifacts = new ArrayList<>();
    for (String line : Files.readAllLines(messages, StandardCharsets.UTF_8)) {
      if (line.startsWith("{")) {
        JsonNode message = JSON.readTree(line);
        if (message.path("reason").asText().equals("compiler-artifact")) {
          artifacts.add(of(message));
        }
      }
    }
    return artifacts;
  }

  private static Artifact of(JsonNode message) {
    JsonNode target = message.path("target");
    return new Artifact(
        message.path("package_id").asText().contains("path+file:"),
        Path.of(message.path("manifest_path").asText()),
        target.path("name").asText(),
        target.path("kind").path(0).asText(),
        Path.of(target.path("src_path").asText()),
        Optional.of(message.path("executable"))
            .filter(JsonNode::isTextual)
            .map(it -> Path.of(it.asText())),
        message.path("fresh").asBoolean());
  }
}
