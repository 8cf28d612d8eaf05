package gate.kernel.cargo;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import gate.kernel.cargo.Recording.LeftOut;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Cargo's files, read for what cargo's messages don't tell. */
final class Manifest {
  private static final TomlMapper TOML = new TomlMapper();

  private static final Map<String, String> TABLES =
      Map.of("bin", "bin", "test", "test", "example", "example", "bench", "bench");

  private Manifest() {}

  /**
   * Whether libtest's main is in a target: not where {@code harness = false}.
   *
   * @param kind as in cargo's messages: {@code lib}, {@code bin}, {@code test}, …
   */
  static boolean harness(Path manifest, String kind, String name) throws Failed {
    JsonNode toml = parse(manifest);
    String table = TABLES.get(kind);
    if (table == null) {
      return on(toml.path("lib"));
    }
    for (JsonNode target : toml.path(table)) {
      if (target.path("name").asText().equals(name)) {
        return on(target);
      }
    }
    return true;
  }

  private static boolean on(JsonNode target) {
    return target.path("harness").asBoolean(true);
  }

  /** Its targets of integration tests that need features, and run by default. */
  static List<LeftOut> needing(Path manifest) throws Failed {
    List<LeftOut> tests = new ArrayList<>();
    for (JsonNode target : parse(manifest).path("test")) {
      List<String> features =
          target.path("required-features").valueStream().map(JsonNode::asText).toList();
      if (target.path("test").asBoolean(true) && !features.isEmpty()) {
        tests.add(new LeftOut(target.path("name").asText(), features));
      }
    }
    return tests;
  }

  /** The file that sets a runner for test binaries, if one does that cargo reads in a folder. */
  static Optional<Path> runner(Path workspace, Map<String, String> env) throws Failed {
    for (Path file : CargoConfig.files(workspace, env)) {
      if (parse(file).path("target").valueStream().anyMatch(it -> it.has("runner"))) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static JsonNode parse(Path file) throws Failed {
    try {
      return TOML.readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw Failed.broken("%s can't be read: %s".formatted(file, e.getOriginalMessage()));
    } catch (IOException e) {
      throw Failed.broken("%s can't be read: %s".formatted(file, e.getMessage()));
    }
  }
}
