package gate.sabotage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/**
 * A copy of the reference platform that is built with its sabotages, with the real legs and the
 * real matrix.yaml. What it builds goes to a folder of its own: Cargo tells workspaces in one
 * target folder apart by their packages alone, and would take what was built of the copy for the
 * real one.
 */
public final class Workshop {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(":"))
          .map(entry -> Path.of(entry).toAbsolutePath().toString())
          .collect(Collectors.joining(":"));

  private final Path root;
  private final Path folder;

  /**
   * How a leg ended: {@code seconds} from its start to its end; {@code message} of its first
   * failure.
   */
  public record Ended(String verdict, String outcome, double seconds, String message, String out) {}

  private Workshop(Path root) {
    this.root = root;
    this.folder = root.resolve("reference/target/sabotage");
  }

  /** Brings the copy up to date. */
  public static Workshop open() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("lib/gate/definition"))) {
      root = root.getParent();
    }
    Workshop workshop = new Workshop(root);
    workshop.copy();
    return workshop;
  }

  /** The checkout. */
  public Path root() {
    return root;
  }

  /** Runs one leg, or all with an empty name, under a sabotage, or an empty name for none. */
  public Ended run(String leg, String sabotage) throws IOException, InterruptedException {
    Path definition =
        folder.resolve("matrix-" + (sabotage.isEmpty() ? "clean" : sabotage) + ".yaml");
    write(definition, definition(sabotage).getBytes(StandardCharsets.UTF_8));
    Path runs = folder.resolve(".cccc");
    delete(runs);
    Path out = Files.createTempFile("sabotage-", ".out");
    try {
      List<String> argv =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-XX:-MaxFDLimit",
                  "--enable-native-access=ALL-UNNAMED",
                  "-Dgate.home=" + folder,
                  "-cp",
                  CLASS_PATH,
                  "matrix",
                  "run",
                  "-f",
                  definition.toString()));
      if (!leg.isEmpty()) {
        argv.add(leg);
      }
      Process process = start(argv, out);
      if (!process.waitFor(15, TimeUnit.MINUTES)) {
        process.destroy();
        process.waitFor(1, TimeUnit.MINUTES);
        throw new AssertionError("the gate didn't end: " + Files.readString(out));
      }
      return ended(leg, runs, Files.readString(out));
    } finally {
      Files.delete(out);
    }
  }

  private Process start(List<String> argv, Path out) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(folder.toFile())
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectErrorStream(true);
    Map<String, String> env = builder.environment();
    env.keySet()
        .removeIf(it -> it.matches("DRY_RUN|LOG_DIR|SKIP_.*|PLASMA.*|MATRIX_.*|.*_ENDPOINT"));
    env.put("CARGO_TARGET_DIR", root.resolve("reference/target/sabotage-build").toString());
    env.put("TENANT_LOOP", "1");
    return builder.start();
  }

  private static Ended ended(String leg, Path runs, String out) throws IOException {
    Path journal;
    try (Stream<Path> files = Files.walk(runs)) {
      journal =
          files
              .filter(it -> it.endsWith("events.jsonl"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no run: " + out));
    }
    String verdict = "";
    String outcome = "";
    String message = "";
    long from = 0;
    long until = 0;
    for (String line : Files.readAllLines(journal)) {
      JsonNode event = JSON.readTree(line);
      boolean ours = leg.isEmpty() || event.path("leg").asText().equals(leg);
      switch (event.path("event").asText()) {
        case "leg-started" -> from = ours ? event.path("ms").asLong() : from;
        case "case-finished" -> {
          if (ours && message.isEmpty() && !event.path("outcome").asText().equals("PASSED")) {
            message = event.path("name").asText() + ": " + event.path("message").asText();
          }
        }
        case "leg-finished" -> {
          if (ours) {
            outcome = event.path("outcome").asText();
            until = event.path("ms").asLong();
          }
        }
        case "run-finished" -> verdict = event.path("verdict").asText();
        default -> {}
      }
    }
    return new Ended(verdict, outcome, (until - from) / 1000.0, message, out);
  }

  /** The real matrix.yaml with the sabotage in each leg's environment. */
  @SuppressWarnings("unchecked")
  private String definition(String sabotage) throws IOException {
    Map<String, Object> all = new Yaml().load(Files.readString(root.resolve("matrix.yaml")));
    Map<String, Map<String, Object>> legs = (Map<String, Map<String, Object>>) all.get("legs");
    legs.values()
        .forEach(leg -> {
          Map<String, Object> env =
              new LinkedHashMap<>((Map<String, Object>) leg.getOrDefault("env", Map.of()));
          env.put("SABOTAGE", sabotage.isEmpty() ? "none" : sabotage);
          leg.put("env", env);
        });
    return new Yaml().dump(all);
  }

  private void copy() throws IOException {
    Map<String, byte[]> wanted = new TreeMap<>();
    for (String part : List.of("reference", "legs")) {
      Path from = root.resolve(part);
      try (Stream<Path> files = Files.walk(from)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = root.relativize(file).toString();
          if (!name.startsWith("reference/target/")) {
            wanted.put(name, Files.readAllBytes(file));
          }
        }
      }
    }
    wanted.computeIfPresent(
        "reference/servicekit/Cargo.toml",
        (_, bytes) ->
            new String(bytes, StandardCharsets.UTF_8)
                .replace("sabotage = []", "default = [\"sabotage\"]\nsabotage = []")
                .getBytes(StandardCharsets.UTF_8));
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (!wanted.containsKey(folder.relativize(file).toString())) {
            Files.delete(file);
          }
        }
      }
    }
    for (Map.Entry<String, byte[]> file : wanted.entrySet()) {
      write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /** Only where it differs: Cargo builds anew what is newer. */
  private static void write(Path file, byte[] bytes) throws IOException {
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.exists(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        files
            .sorted(Comparator.reverseOrder())
            .forEach(it -> {
              try {
                Files.delete(it);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
      }
    }
  }
}
