package gate.kernel.cargo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What cargo says of a target that it has built: its message {@code compiler-artifact}.
 *
 * @param local whether its package lies somewhere in the file system
 * @param packageName its name
 * @param name the target's
 * @param kind the target's first
 * @param source the target's main one
 * @param files what was made of it
 * @param executable where there is one
 * @param fresh whether it was there already
 */
public record Artifact(
    boolean local,
    String packageName,
    Path manifest,
    String name,
    String kind,
    Path source,
    List<Path> files,
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

  /**
   * Tells of what lies somewhere in the file system and was built: its manifest and its sources, as
   * far as they were written down.
   *
   * @return why cargo may have taken other sources for what it had built, as a sentence; then
   *     nothing is told
   */
  public static Optional<String> tell(List<Artifact> artifacts, BiConsumer<Path, List<Path>> built)
      throws IOException {
    Map<Artifact, List<DepInfo>> infos = new LinkedHashMap<>();
    Map<String, Path> overlooked = new TreeMap<>();
    for (Artifact it : artifacts.stream().filter(Artifact::local).toList()) {
      infos.put(it, DepInfo.of(it));
      for (DepInfo info : it.fresh ? infos.get(it) : List.<DepInfo>of()) {
        info.overlooked().ifPresent(source -> overlooked.putIfAbsent(it.packageName, source));
      }
    }
    if (overlooked.isEmpty()) {
      infos.forEach((it, of) -> built.accept(it.manifest, it.sources(of)));
    }
    return overlooked.values().stream()
        .findFirst()
        .map(source ->
            "cargo takes %s for what it built before, by the time that the file bears, but it was put there after that build: `touch` it, or `cargo clean -p %s`"
                .formatted(source, String.join(" -p ", overlooked.keySet())));
  }

  private List<Path> sources(List<DepInfo> infos) {
    Set<Path> sources = new LinkedHashSet<>(List.of(source));
    infos.forEach(it -> sources.addAll(it.sources()));
    return List.copyOf(sources);
  }

  private static Artifact of(JsonNode message) {
    JsonNode target = message.path("target");
    return new Artifact(
        message.path("package_id").asText().contains("path+file:"),
        packageName(message.path("package_id").asText()),
        Path.of(message.path("manifest_path").asText()),
        target.path("name").asText(),
        target.path("kind").path(0).asText(),
        Path.of(target.path("src_path").asText()),
        message.path("filenames").valueStream().map(it -> Path.of(it.asText())).toList(),
        Optional.of(message.path("executable"))
            .filter(JsonNode::isTextual)
            .map(it -> Path.of(it.asText())),
        message.path("fresh").asBoolean());
  }

  /** It ends in {@code /NAME#VERSION} or in {@code #NAME@VERSION}. */
  private static String packageName(String id) {
    String fragment = id.substring(id.lastIndexOf('#') + 1);
    return fragment.contains("@")
        ? fragment.substring(0, fragment.indexOf('@'))
        : id.replaceFirst("#[^#]*$", "").replaceFirst("^.*/", "");
  }
}
