package gate.kernel.cargo;

import com.electronwill.nightconfig.core.Config;
import com.electronwill.nightconfig.core.UnmodifiableConfig;
import com.electronwill.nightconfig.core.io.ParsingException;
import com.electronwill.nightconfig.toml.TomlParser;
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
  private static final Map<String, String> TABLES =
      Map.of("bin", "bin", "test", "test", "example", "example", "bench", "bench");

  private Manifest() {}

  /**
   * Whether libtest's main is in a target: not where {@code harness = false}.
   *
   * @param kind as in cargo's messages: {@code lib}, {@code bin}, {@code test}, …
   */
  static boolean harness(Path manifest, String kind, String name) throws Failed {
    UnmodifiableConfig toml = parse(manifest);
    String table = TABLES.get(kind);
    if (table == null) {
      return toml.get("lib") instanceof UnmodifiableConfig lib ? on(lib) : true;
    }
    if (toml.get(table) instanceof List<?> targets) {
      for (Object target : targets) {
        if (target instanceof UnmodifiableConfig config && name.equals(config.get("name"))) {
          return on(config);
        }
      }
    }
    return true;
  }

  private static boolean on(UnmodifiableConfig target) {
    return !Boolean.FALSE.equals(target.get("harness"));
  }

  /** The file that sets a runner for test binaries, if one does that cargo reads in a folder. */
  static Optional<Path> runner(Path workspace, Map<String, String> env) throws Failed {
    List<Path> folders = new ArrayList<>();
    for (Path at = workspace.toAbsolutePath(); at != null; at = at.getParent()) {
      folders.add(at.resolve(".cargo"));
    }
    String home = env.getOrDefault("CARGO_HOME", env.getOrDefault("HOME", "/nowhere") + "/.cargo");
    folders.add(Path.of(home));
    for (Path folder : folders) {
      for (String name : List.of("config.toml", "config")) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)
            && parse(file).get("target") instanceof UnmodifiableConfig targets
            && targets.entrySet().stream()
                .anyMatch(it ->
                    it.getValue() instanceof UnmodifiableConfig target
                        && target.contains("runner"))) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  private static UnmodifiableConfig parse(Path file) throws Failed {
    try {
      Config config = new TomlParser().parse(Files.readString(file, StandardCharsets.UTF_8));
      return config;
    } catch (IOException | ParsingException e) {
      throw Failed.broken("%s can't be read: %s".formatted(file, e.getMessage()));
    }
  }
}
