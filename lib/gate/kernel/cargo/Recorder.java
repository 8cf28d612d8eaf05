package gate.kernel.cargo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.base.Commands;
import gate.kernel.cargo.Recording.LeftOut;
import gate.kernel.process.Exit;
import gate.kernel.process.GuardianLost;
import gate.kernel.process.Spawn;
import gate.kernel.process.SpawnFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Has cargo build a selection and start each test binary, by way of a runner that only writes down
 * how it was called. So cargo itself tells arguments, folder and environment.
 */
final class Recorder {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Tells of all packages that a workspace may need. */
  private static final List<String> METADATA =
      List.of("cargo", "metadata", "--locked", "--format-version", "1");

  private static final int MOST_TRIES = 3;

  /** Where a selection's words name the package. */
  private static final int PACKAGE = 4;

  private final BuildRunner runner;
  private final Path scratch;

  /** What tests may start, of all that was built. */
  private final Set<Path> seen = ConcurrentHashMap.newKeySet();

  private final BuildListener builds;

  Recorder(BuildRunner runner, Path scratch, BuildListener builds) {
    this.runner = runner;
    this.scratch = scratch;
    this.builds = builds;
  }

  /** The variable that names a runner for that host. */
  static String variable(String host) {
    return "CARGO_TARGET_"
        + host.toUpperCase(java.util.Locale.ROOT).replaceAll("[-.]", "_")
        + "_RUNNER";
  }

  /**
   * Has the listener hear of all packages that doctests may be built of, which only rustdoc sees.
   */
  void packages(Path workspace, Map<String, String> env) throws Failed {
    Path out = scratch.resolve("metadata-" + System.nanoTime());
    Path err = scratch.resolve("metadata-err-" + System.nanoTime());
    if (run(METADATA, env, workspace, out, err).ok()) {
      try {
        for (JsonNode one : JSON.readTree(Files.readString(out)).path("packages")) {
          if (one.path("source").isNull()) {
            Path manifest = Path.of(one.path("manifest_path").asText());
            one.path("targets")
                .forEach(
                    it -> builds.built(manifest, List.of(Path.of(it.path("src_path").asText()))));
          }
        }
      } catch (IOException e) {
        throw Failed.broken("`cargo metadata` can't be read: " + e.getMessage());
      }
    } // where it fails, cargo's tests do, for the same reason
  }

  /** The host that cargo builds for in that folder, as {@code x86_64-unknown-linux-gnu}. */
  String host(Path workspace, Map<String, String> env) throws Failed {
    Path out = scratch.resolve("rustc-" + System.nanoTime());
    String rustc = env.getOrDefault("RUSTC", "rustc");
    Exit exit = run(List.of(rustc, "-vV"), env, workspace, out, out);
    try {
      return Files.readAllLines(out, StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith("host: "))
          .map(line -> line.substring("host: ".length()).strip())
          .findFirst()
          .orElseThrow(
              () -> Failed.broken("`%s -vV` names no host (%s)".formatted(rustc, exit.describe())));
    } catch (IOException e) {
      throw Failed.broken("`%s -vV` can't be read: %s".formatted(rustc, e.getMessage()));
    }
  }

  /**
   * Builds and records.
   *
   * @param selection the command up to {@code --}
   */
  Recording record(List<String> selection, Path workspace, Map<String, String> env, String host)
      throws Failed {
    String what = String.join(" ", selection.subList(3, selection.size()));
    Path log = builds.log(what);
    long from = System.nanoTime();
    String line =
        "cd %s && %s --no-run"
            .formatted(Commands.quote(workspace.toString()), Commands.line(selection));
    boolean ok = false;
    try {
      Call call = new Call(selection, workspace, env, host, log, line);
      Files.writeString(log, "$ " + line + "\n");
      Recording recording = settled(call);
      ok = true;
      return recording;
    } catch (IOException e) {
      throw Failed.broken("`%s` can't be recorded: %s".formatted(line, e.getMessage()));
    } finally {
      builds.finished(what, line, ok, log, (System.nanoTime() - from) / 1_000_000);
    }
  }

  /**
   * How cargo is called.
   *
   * @param selection the command up to {@code --}
   * @param line as it is printed
   */
  private record Call(
      List<String> selection,
      Path workspace,
      Map<String, String> env,
      String host,
      Path log,
      String line) {}

  /**
   * Once cargo has ended, others may put executables of other features where its tests look for
   * theirs. Those that it found there, and that are as they were before, it has seen. Asked again,
   * cargo puts its own back: so where that changes nothing, they were its own all the time.
   */
  private Recording settled(Call call) throws Failed, IOException {
    for (int tried = 1; tried <= MOST_TRIES; tried++) {
      Map<Path, FileState> before = there();
      Recording recording = record(call);
      recording.startable().stream()
          .filter(it -> it.state().whole())
          .forEach(it -> seen.add(it.path()));
      if (recording.startable().stream().allMatch(it -> it.fresh() && same(before, it))) {
        return recording;
      }
      Path messages = Files.createTempFile(scratch, "again-", ".json");
      List<String> argv = new ArrayList<>(call.selection());
      argv.add("--no-run");
      Map<Path, Artifact> again = executables(built(call, argv, call.env(), messages));
      if (recording.startable().stream().anyMatch(it -> !fresh(again.get(it.path())))) {
        return recording.builtAnew(); // such as each build of it is
      }
      if (recording.startable().stream().allMatch(it -> it.changed().isEmpty())) {
        return recording;
      }
    }
    throw Failed.broken(
        "others built what these tests may start anew each of the %d times that `%s` had; let nothing else build in that folder, or set CARGO_TARGET_DIR"
            .formatted(MOST_TRIES, call.line()));
  }

  /** The states of all that tests may start, as far as it was seen before. */
  private Map<Path, FileState> there() {
    Map<Path, FileState> states = new HashMap<>();
    for (Path it : seen) {
      try {
        states.put(it, FileState.of(it));
      } catch (IOException e) {
        // it isn't there, and so not as it was
      }
    }
    return states;
  }

  private static boolean same(Map<Path, FileState> before, Startable now) {
    FileState state = before.get(now.path());
    return state != null && state.whole() && state.kept(now.state());
  }

  private static boolean fresh(Artifact artifact) {
    return artifact != null && artifact.fresh();
  }

  private Recording record(Call call) throws Failed, IOException {
    Path folder = Files.createTempDirectory(scratch, "record-");
    Path calls = Files.createDirectory(folder.resolve("calls"));
    Path doctests = folder.resolve("doctests");
    Map<String, String> recording = new TreeMap<>(call.env());
    recording.put(
        variable(call.host()), script(folder.resolve("runner"), runner(calls)).toString());
    recording.put(
        "RUSTDOC", script(folder.resolve("rustdoc"), ": > " + quote(doctests)).toString());
    List<String> argv = new ArrayList<>(call.selection());
    argv.add("--no-fail-fast");
    List<Artifact> artifacts = built(call, argv, recording, folder.resolve("messages.json"));
    Map<Path, Artifact> built = executables(artifacts);
    List<Binary> binaries = new ArrayList<>();
    for (int i = 0; Files.exists(calls.resolve(i + "/done")); i++) {
      binaries.add(binary(calls.resolve(String.valueOf(i)), built, call.env(), call.host()));
    }
    List<LeftOut> leftOut = leftOut(artifacts, call.selection().get(PACKAGE));
    binaries.forEach(it -> built.remove(it.path()));
    List<Startable> startable = new ArrayList<>();
    for (Artifact it : built.values()) {
      if (it.kind().equals("bin")) {
        startable.add(Startable.of(it.executable().orElseThrow(), it.fresh()));
      }
    }
    return new Recording(binaries, startable, false, Files.exists(doctests), leftOut);
  }

  /** Of a package, of which something was built. */
  private static List<LeftOut> leftOut(List<Artifact> artifacts, String spec) throws Failed {
    List<Artifact> own =
        artifacts.stream()
            .filter(it -> it.local() && it.packageName().equals(spec.replaceFirst("@.*", "")))
            .toList();
    Set<String> tests =
        own.stream()
            .filter(it -> it.kind().equals("test"))
            .map(Artifact::name)
            .collect(Collectors.toSet());
    return own.isEmpty()
        ? List.of()
        : Manifest.needing(own.getFirst().manifest()).stream()
            .filter(it -> !tests.contains(it.test()))
            .toList();
  }

  /** Has cargo build. */
  private List<Artifact> built(
      Call call, List<String> words, Map<String, String> env, Path messages)
      throws Failed, IOException {
    List<String> argv = new ArrayList<>(words);
    argv.add("--message-format=json-render-diagnostics");
    Exit exit = run(argv, env, call.workspace(), messages, call.log());
    if (!exit.ok()) {
      throw BuildErrors.of(call.line(), exit, call.log(), call.workspace());
    }
    List<Artifact> artifacts = Artifact.in(messages);
    Optional<String> overlooked = Artifact.tell(artifacts, builds::built);
    if (overlooked.isPresent()) {
      throw Failed.broken(overlooked.get());
    }
    return artifacts;
  }

  private static Map<Path, Artifact> executables(List<Artifact> artifacts) {
    Map<Path, Artifact> executables = new HashMap<>();
    artifacts.forEach(it -> it.executable().ifPresent(path -> executables.put(path, it)));
    return executables;
  }

  private static Binary binary(
      Path call, Map<Path, Artifact> built, Map<String, String> env, String host)
      throws IOException, Failed {
    List<String> argv = split(call.resolve("argv"));
    Path folder =
        Path.of(
            Files.readString(call.resolve("folder"), StandardCharsets.UTF_8)
                .replaceFirst("\n$", ""));
    Map<String, String> recorded = new TreeMap<>();
    for (String assignment : split(call.resolve("env"))) {
      int at = assignment.indexOf('=');
      if (at > 0) {
        recorded.put(assignment.substring(0, at), assignment.substring(at + 1));
      }
    }
    recorded.remove(variable(host));
    recorded.remove("RUSTDOC");
    Optional.ofNullable(env.get("RUSTDOC")).ifPresent(it -> recorded.put("RUSTDOC", it));
    Path path = folder.resolve(argv.getFirst()).normalize();
    List<String> absolute = new ArrayList<>(argv);
    absolute.set(0, path.toString());
    Artifact target = built.get(path);
    if (target == null) {
      throw Failed.broken(
          "cargo ran %s, but its messages don't tell which target that is".formatted(path));
    }
    return new Binary(
        target.name(),
        Manifest.harness(target.manifest(), target.kind(), target.name()),
        absolute,
        recorded,
        folder,
        Binary.identity(path));
  }

  private static List<String> split(Path file) throws IOException, Failed {
    String text =
        Utf8.read(file)
            .orElseThrow(() ->
                Failed.broken(
                    "a test's arguments or environment aren't UTF-8: " + file.getFileName()));
    return text.isEmpty() ? List.of() : Arrays.asList(text.replaceFirst("\0$", "").split("\0", -1));
  }

  /** Writes down its arguments, folder and environment, each call in a folder of its own. */
  private static String runner(Path calls) {
    return """
    set -eu
    cd_=$(pwd -P)
    i=0
    while ! mkdir %1$s/$i 2>/dev/null; do i=$((i+1)); done
    d=%1$s/$i
    printf '%%s\\n' "$cd_" > "$d/folder"
    printf '%%s\\0' "$@" > "$d/argv"
    if [ -r /proc/$$/environ ]; then cat /proc/$$/environ > "$d/env"; else env -0 > "$d/env"; fi
    : > "$d/done"
    """
        .formatted(quote(calls));
  }

  private static String quote(Path path) {
    return Commands.quote(path.toString());
  }

  private static Path script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file;
  }

  private Exit run(List<String> argv, Map<String, String> env, Path folder, Path out, Path err)
      throws Failed {
    try {
      return runner.run(
          new Spawn(
              String.join(" ", argv), argv, env, folder, out, Optional.of(err), Optional.empty()));
    } catch (SpawnFailed e) {
      throw Failed.broken(e.getMessage());
    } catch (GuardianLost e) {
      throw Failed.broken(e.getMessage());
    }
  }
}
