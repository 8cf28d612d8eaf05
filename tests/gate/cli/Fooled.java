package gate.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** One way to be fooled, as tests/gate/fooled/README.md describes it. */
record Fooled(String name, Map<String, Object> fields) {
  private static final Set<String> KEYS =
      Set.of(
          "way",
          "crate",
          "files",
          "matrix",
          "leg",
          "legs",
          "env",
          "needs",
          "before",
          "beside",
          "inside",
          "run",
          "expected",
          "says",
          "then",
          "report",
          "cargo",
          "cargo-test",
          "cargo-nextest");

  private static final String MATRIX = "name: fooled\n%slegs: { one: { title: One } }\n";

  private static final String CARGO =
      """
      [package]
      name = "it"
      version = "0.1.0"
      edition = "2021"
      [profile.dev]
      debug = 0
      """;

  private static final String LOCK =
      "version = 3\n\n[[package]]\nname = \"it\"\nversion = \"0.1.0\"\n";

  /**
   * What was seen.
   *
   * @param lacks what the host hasn't got, where nothing could be seen
   * @param then what the command that looks afterwards said where it failed
   */
  record Seen(
      String lacks,
      Checkout.Result gate,
      Optional<String> then,
      Optional<String> report,
      Optional<String> cargoTest,
      Optional<String> nextest) {}

  static Fooled read(Path file) {
    try {
      Map<String, Object> fields =
          new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
      Set<String> unknown = new TreeSet<>(fields.keySet());
      unknown.removeAll(KEYS);
      if (!unknown.isEmpty()) {
        throw new IllegalStateException(file + ": unknown " + unknown);
      }
      if (fields.containsKey("cargo") != fields.containsKey("cargo-test")
          || fields.containsKey("cargo") != fields.containsKey("cargo-nextest")) {
        throw new IllegalStateException(file + ": cargo, cargo-test and cargo-nextest go together");
      }
      return new Fooled(file.getFileName().toString().replace(".yaml", ""), fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> text(String key) {
    return Optional.ofNullable(fields.get(key)).map(String::valueOf);
  }

  @SuppressWarnings("unchecked")
  private Map<String, String> map(String key) {
    return (Map<String, String>) fields.getOrDefault(key, Map.of());
  }

  private List<String> list(String key) {
    return fields.get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : text(key).map(List::of).orElse(List.of());
  }

  String way() {
    return text("way").orElseThrow();
  }

  String verdict() {
    return text("expected").orElseThrow().split(" ")[0];
  }

  int code() {
    return Integer.parseInt(text("expected").orElseThrow().split(" ")[1]);
  }

  List<String> says() {
    return list("says");
  }

  Optional<String> report() {
    return text("report");
  }

  String cargoTest() {
    return text("cargo-test").orElseThrow();
  }

  String nextest() {
    return text("cargo-nextest").orElseThrow();
  }

  @Override
  public String toString() {
    return way();
  }

  /** Runs the gate in a project of its own, and whatever else this is about. */
  Seen see(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("legs"));
    Checkout around = surroundings(folder);
    Checkout project = project(folder);
    Optional<String> lacks =
        text("needs").filter(needs -> around.shell(needs).code() != 0).map("needs: "::concat);
    if (lacks.isEmpty() && fields.containsKey("crate") && around.shell("cargo -V").code() != 0) {
      lacks = Optional.of("no cargo");
    }
    if (lacks.isPresent()) {
      return new Seen(
          lacks.get(),
          null,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
    text("before").ifPresent(before -> must(around.shell(before)));
    Optional<Process> beside = Optional.empty();
    try {
      beside = text("beside").map(it -> around.shellAside(it));
      Checkout.Result gate = project.run(list("run").toArray(String[]::new));
      Optional<String> report = text("report").map(_ -> project.run("report").out());
      Optional<String> then =
          text("then")
              .map(around::shell)
              .map(it -> it.code() == 0 ? "" : "exit code " + it.code() + ": " + it.out());
      return new Seen(
          "", gate, then, report, other(project, "test"), other(project, "nextest run"));
    } finally {
      beside.ifPresent(Fooled::end);
    }
  }

  private static void must(Checkout.Result result) {
    if (result.code() != 0) {
      throw new IllegalStateException(result.out() + result.err());
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** What another runner says of the same tests; empty where it isn't there, or can't be asked. */
  private Optional<String> other(Checkout project, String runner) {
    if (!fields.containsKey("cargo")
        || runner.startsWith("nextest") && project.shell("cargo nextest -V").code() != 0) {
      return Optional.empty();
    }
    String words = text("cargo").orElseThrow();
    if (runner.startsWith("nextest")) {
      words = words.replace("-- --test-threads", "--test-threads"); // an option of its own there
    }
    String line = "cd crate && cargo %s %s".formatted(runner, words);
    return Optional.of(project.shell(line).code() == 0 ? "green" : "red");
  }

  /** The folder as it is for what isn't the gate. */
  private static Checkout surroundings(Path folder) {
    Checkout around = new Checkout(folder).env("CARGO_NET_OFFLINE", "true");
    for (String name : List.of("CARGO_HOME", "RUSTUP_HOME")) {
      Optional.ofNullable(System.getenv(name)).ifPresent(value -> around.env(name, value));
    }
    return around;
  }

  private Checkout project(Path folder) {
    Checkout project = surroundings(folder);
    boolean crate = fields.containsKey("crate");
    if (crate) {
      project
          .file("crate/Cargo.toml", CARGO)
          .file("crate/Cargo.lock", LOCK)
          .file("crate/src/lib.rs", "");
    }
    map("crate").forEach((name, text) -> project.file("crate/" + name, text));
    map("files")
        .forEach((name, text) -> {
          if (text.startsWith("#!")) {
            project.program(name, text.substring(text.indexOf('\n') + 1));
          } else {
            project.file(name, text);
          }
        });
    project.file(
        "matrix.yaml",
        text("matrix")
            .map(matrix -> matrix.replace("$PWD", folder.toString()))
            .orElse(MATRIX.formatted(crate ? "workspaces: { it: { path: crate } }\n" : "")));
    text("leg").ifPresent(leg -> project.leg("one", leg));
    map("legs").forEach(project::leg);
    map("env")
        .forEach((name, value) ->
            project.env(
                name,
                value.replace("$PWD", folder.toString()).replace("$PATH", System.getenv("PATH"))));
    return project.inside(list("inside"));
  }
}
