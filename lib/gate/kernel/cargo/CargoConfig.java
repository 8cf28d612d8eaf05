package gate.kernel.cargo;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of settings that cargo goes by.
 *
 * @param telling its tables that can change what is built
 */
public record CargoConfig(Path file, List<String> telling) {
  private static final TomlMapper TOML = new TomlMapper();

  /** Tables that only say how cargo fetches, prints and is called. */
  private static final Set<String> HARMLESS =
      Set.of(
          "alias",
          "cache",
          "cargo-new",
          "credential-alias",
          "future-incompat-report",
          "http",
          "include", // what it names is read, too
          "net",
          "registries",
          "registry",
          "source",
          "term");

  /** Those that cargo reads in a folder. */
  public static List<Path> files(Path workspace, Map<String, String> env) {
    List<Path> folders = new ArrayList<>();
    for (Path at = workspace.toAbsolutePath(); at != null; at = at.getParent()) {
      folders.add(at.resolve(".cargo"));
    }
    folders.add(
        Path.of(env.getOrDefault("CARGO_HOME", env.getOrDefault("HOME", "/nowhere") + "/.cargo")));
    Set<Path> files = new LinkedHashSet<>();
    folders.stream()
        .flatMap(folder -> List.of("config.toml", "config").stream().map(folder::resolve))
        .forEach(file -> add(file, files));
    return List.copyOf(files);
  }

  /** A file and those that it includes. */
  private static void add(Path file, Set<Path> files) {
    if (!Files.isRegularFile(file) || !files.add(file)) {
      return;
    }
    try {
      JsonNode include =
          TOML.readTree(Files.readString(file, StandardCharsets.UTF_8)).path("include");
      for (JsonNode it : include.isArray() ? include : List.of(include)) {
        String path = it.isTextual() ? it.asText() : it.path("path").asText();
        if (!path.isEmpty()) {
          add(file.resolveSibling(path).normalize(), files);
        }
      }
    } catch (IOException | InvalidPathException e) {
      // told where the file itself is read
    }
  }

  /** What a file sets; where it can't be understood, cargo may still do. */
  public static CargoConfig read(Path file) throws IOException {
    try {
      JsonNode tables = TOML.readTree(Files.readString(file, StandardCharsets.UTF_8));
      List<String> telling = new ArrayList<>();
      tables.fieldNames().forEachRemaining(telling::add);
      telling.removeAll(HARMLESS);
      return new CargoConfig(file, List.copyOf(telling));
    } catch (JacksonException e) {
      return new CargoConfig(file, List.of("what can't be read"));
    }
  }
}
