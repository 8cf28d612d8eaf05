package gate.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A checkout of somebody who uses the gate, and the gate as a real process in it. */
final class Checkout {
  static final String CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(":"))
          .map(entry -> Path.of(entry).toAbsolutePath().toString())
          .collect(Collectors.joining(":"));

  /** Where most keep compiled legs: what a test of late compiled isn't compiled again. */
  private static final Path LEGS = Path.of(System.getProperty("gate.scratch"), "legs");

  private static final String QEMU =
      """
      case "$*" in
        *--version*) echo 'QEMU emulator version 9.1.0'; exit ;;
        *'-machine help'*) echo 'pc   Standard PC'; exit ;;
        *'-accel help'*) echo 'Accelerators:'; echo tcg; exit ;;
      esac
      for word; do case $word in file:*) serial=${word#file:} ;; esac; done
      echo '{"return": {"enabled": false, "present": true}}'
      printf 'a 64-bit guest ran\\n' > "$serial"
      exit 33
      """;

  private final Path folder;
  private final Map<String, String> env = new LinkedHashMap<>();
  private Path where;
  private Path tmp = Path.of(System.getProperty("java.io.tmpdir"));
  private List<String> inside = List.of();
  private String classPath = CLASS_PATH;
  private boolean ownLegs;

  Checkout(Path folder) {
    this.folder = folder;
    this.where = folder;
    env.put("PATH", System.getenv("PATH"));
    env.put("HOME", System.getenv("HOME"));
    env.put("LANG", "C.UTF-8");
  }

  /** What a run printed. */
  record Result(int code, String out, String err, Path folder) {
    /** The only run's folder, below the project. */
    Path run() {
      try (Stream<Path> runs = Files.list(folder.resolve(".cccc/work/integration-matrix"))) {
        return runs.max(java.util.Comparator.naturalOrder()).orElseThrow();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String file(String name) {
      return read(run().resolve(name));
    }

    /** The last paragraph's first line. */
    String verdict() {
      return out.lines()
          .filter(it -> it.matches("(GREEN|PARTIAL|RED|INTERRUPTED|DRY)\\b.*"))
          .reduce((_, last) -> last)
          .orElse("(no verdict)");
    }
  }

  Path folder() {
    return folder;
  }

  Checkout file(String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A definition with these lines below {@code legs:}. */
  Checkout legs(String... lines) {
    return file("matrix.yaml", "name: test\nlegs:\n  " + String.join("\n  ", lines) + "\n");
  }

  /** A leg's script. */
  Checkout leg(String name, String script) {
    return file("legs/" + name + ".groovy", script);
  }

  /** The only leg, called {@code one}. */
  Checkout one(String script) {
    return legs("one: { title: One }").leg("one", script);
  }

  Checkout env(String name, String value) {
    env.put(name, value);
    return this;
  }

  /** Stand-ins for QEMU, which says that its guests run without KVM, and for qemu-img. */
  Checkout qemu() {
    return program("fake/qemu-system-x86_64", QEMU)
        .program("fake/qemu-img", "for last; do :; done; [ \"$1\" = check ] || : > \"$last\"\n")
        .env("PATH", folder.resolve("fake") + ":" + System.getenv("PATH"));
  }

  Checkout program(String name, String script) {
    file(name, "#!/bin/sh\n" + script);
    if (!folder.resolve(name).toFile().setExecutable(true)) {
      throw new IllegalStateException(name);
    }
    return this;
  }

  /** Commits all that is there, to a repository that is made where there is none. */
  Checkout commit() {
    git("init", "-q");
    git("add", "-A");
    git("-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "--allow-empty", "-m", "m");
    return this;
  }

  private void git(String... words) {
    List<String> argv = new ArrayList<>(List.of("git"));
    argv.addAll(List.of(words));
    try {
      ProcessBuilder git = new ProcessBuilder(argv).directory(folder.toFile()).inheritIO();
      git.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
      if (git.start().waitFor() != 0) {
        throw new AssertionError(argv);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Temporary folders that no other gate on this machine looks at. */
  Checkout tmp(Path folder) {
    tmp = folder;
    return this;
  }

  /** Keeps compiled legs where a user's checkout does. */
  Checkout ownLegs() {
    ownLegs = true;
    return this;
  }

  /** Calls from another folder. */
  Checkout from(Path other) {
    where = other;
    return this;
  }

  /** The words of a command that the gate is started by. */
  Checkout inside(List<String> command) {
    inside = command;
    return this;
  }

  /** The gate's classes from elsewhere. */
  Checkout classPath(String path) {
    classPath = path;
    return this;
  }

  Result run(String... arguments) {
    return ended((out, err) -> start(out, err, arguments));
  }

  /** What a text for {@code sh} does in the project. */
  Result shell(String text) {
    return ended((out, err) -> started(List.of("sh", "-euc", text), out, err));
  }

  /** The same, not waited for. */
  Process shellAside(String text) {
    try {
      Path none = Path.of("/dev/null");
      return started(List.of("sh", "-euc", text), none, none);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Start {
    Process with(Path out, Path err) throws IOException;
  }

  private Result ended(Start start) {
    try {
      Path out = Files.createTempFile("gate-test-", ".out");
      Path err = Files.createTempFile("gate-test-", ".err");
      try {
        Process process = start.with(out, err);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("the gate didn't end: " + read(out) + read(err));
        }
        return new Result(process.exitValue(), read(out), read(err), folder);
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs a script in a namespace of mounts of its own; {@code $GATE} is the gate, as words. */
  Result inNamespace(String script) throws Exception {
    Path out = Files.createTempFile("gate-test-", ".out");
    try {
      ProcessBuilder shell =
          builder(List.of("unshare", "-rm", "bash", "-c", script))
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(out.toFile());
      shell.environment().put("GATE", command());
      Process process = shell.start();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("it didn't end: " + read(out));
      }
      return new Result(process.exitValue(), read(out), "", folder);
    } finally {
      Files.delete(out);
    }
  }

  /** Starts the gate, and doesn't wait. */
  Process start(Path out, Path err, String... arguments) throws IOException {
    return started(argv(arguments), out, err);
  }

  private Process started(List<String> argv, Path out, Path err) throws IOException {
    return builder(argv)
        .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(Redirect.appendTo(out.toFile()))
        .redirectError(Redirect.appendTo(err.toFile()))
        .start();
  }

  /** Starts the gate on a terminal of its own; what is written to the process is typed. */
  Process startOnTerminal(Path out, String... arguments) throws IOException {
    String line = gate.base.Commands.line(argv(arguments));
    return builder(List.of("script", "-qefc", line, "/dev/null"))
        .redirectOutput(Redirect.appendTo(out.toFile()))
        .redirectErrorStream(true)
        .start();
  }

  /** Before a command: whoever runs the tests may have them ignore Ctrl-C. */
  private static final String INTERRUPTIBLE = "/usr/bin/env --default-signal=INT ";

  /** The gate, as words for a shell. */
  String command(String... arguments) {
    return gate.base.Commands.line(argv(arguments));
  }

  private List<String> argv(String... arguments) {
    List<String> argv = new ArrayList<>(inside);
    argv.addAll(List.of(INTERRUPTIBLE.split(" ")));
    argv.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-XX:-AOTReplayTraining",
            "-XX:-MaxFDLimit",
            "--enable-native-access=ALL-UNNAMED"));
    argv.addAll(Archive.options());
    if (!ownLegs) {
      argv.add("-Dmatrix.legs=" + LEGS);
    }
    argv.addAll(
        List.of("-Dgate.home=" + folder, "-Djava.io.tmpdir=" + tmp, "-cp", classPath, "matrix"));
    argv.addAll(List.of(arguments));
    return argv;
  }

  /** A program with the project's environment. */
  ProcessBuilder builder(List<String> argv) {
    ProcessBuilder builder = new ProcessBuilder(argv).directory(where.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    return builder;
  }

  /** The command lines of processes that name a text. */
  static List<String> processes(String text) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::info)
        .flatMap(info -> info.commandLine().stream())
        .filter(line -> line.contains(text) && !line.contains("RunTests"))
        .toList();
  }

  static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
