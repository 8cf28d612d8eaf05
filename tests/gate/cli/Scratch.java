package gate.cli;

import gate.base.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A repository of somebody who releases by the gate. */
final class Scratch {
  static final String YAML =
      """
      name: scratch
      toggles:
        E2E: { type: flag, help: End to end }
        SKIP_B: { type: flag, help: Without b }
        PASSWORD: { type: text, secret: true, help: Of the registry }
      services:
        store: { endpoint: STORE_ENDPOINT, health: /healthz, started-by: tests }
      legs:
        a: { title: The first, services: [store] }
        b: { title: The second, skip: SKIP_B }
      """;

  static final String POLICY = "gate: { unbound: [CHANGELOG.md], tags: [\"v*\"] }\n";

  private final Checkout checkout;
  private final Path folder;

  private Scratch(Path folder) {
    this.folder = folder;
    this.checkout = new Checkout(folder);
  }

  /** A new one, whose policy is the last line of its matrix.yaml; nothing is committed. */
  static Scratch create(Path folder, String policy) {
    Scratch made = new Scratch(folder);
    made.checkout
        .file("matrix.yaml", YAML + policy)
        .leg(
            "a",
            "step('says') { exec 'echo', 'hello' }\n"
                + "step('e2e', when: toggles.E2E) { exec 'true' }\n")
        .leg("b", "step('b') { exec 'true' }\n")
        .file("src/main.txt", "main\n")
        .file("CHANGELOG.md", "# Changes\n")
        .file(".gitignore", ".cccc/\n");
    made.git("init", "-q", "-b", "main");
    made.git("config", "user.name", "n");
    made.git("config", "user.email", "e@example.org");
    return made;
  }

  /** The same as it is now, elsewhere. */
  Scratch copy(Path to) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.copy(
            path,
            to.resolve(folder.relativize(path).toString()),
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Scratch(to);
  }

  Path folder() {
    return folder;
  }

  Checkout checkout() {
    return checkout;
  }

  Scratch file(String name, String text) {
    checkout.file(name, text);
    return this;
  }

  Scratch commit() {
    git("add", "-A");
    git("commit", "-q", "-m", "m");
    return this;
  }

  /** Runs all legs as a real process, which has to come out so. */
  Scratch ran(String verdict, String... words) {
    Checkout.Result result = checkout.run(words);
    if (!result.verdict().startsWith(verdict)) {
      throw new AssertionError(result.out() + result.err());
    }
    return this;
  }

  Scratch promoted(String... words) {
    List<String> argv = new ArrayList<>(List.of("evidence", "promote"));
    argv.addAll(List.of(words));
    Answer answer = now(argv.toArray(String[]::new));
    if (answer.code() != 0) {
      throw new AssertionError(answer.toString());
    }
    return this;
  }

  /** The latest kept run's folder. */
  Path kept() {
    try (Stream<Path> all = Files.list(folder.resolve("docs/evidence"))) {
      return all.filter(Files::isDirectory).max(Path::compareTo).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a command said. */
  record Answer(int code, String out, String err) {}

  /** A command in this process, at the present. */
  Answer now(String... words) {
    return after(Duration.ZERO, Map.of(), words);
  }

  /** The same, so much later. */
  Answer after(Duration later, Map<String, String> more, String... words) {
    Map<String, String> env = new TreeMap<>(more);
    env.put("PATH", System.getenv("PATH"));
    env.put("HOME", System.getenv("HOME"));
    env.putIfAbsent("LANG", "C.UTF-8");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    World world =
        new World(
            env,
            folder,
            folder,
            Path.of("/"),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            80,
            Clock.offset(Clock.systemUTC(), later));
    int code = Matrix.run(world, List.of(words));
    return new Answer(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  String git(String... words) {
    List<String> argv = new ArrayList<>(List.of("git"));
    argv.addAll(List.of(words));
    Checkout.Result result = command(argv);
    if (result.code() != 0) {
      throw new AssertionError(argv + result.out() + result.err());
    }
    return result.out().strip();
  }

  /** A program in the repository. */
  Checkout.Result command(List<String> argv) {
    try {
      Path out = Files.createTempFile("scratch-", ".out");
      Path err = Files.createTempFile("scratch-", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(argv)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(argv + " didn't end");
        }
        return new Checkout.Result(
            process.exitValue(), Checkout.read(out), Checkout.read(err), folder);
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

  /** Rewrites the list of hashes, as somebody would who forges evidence. */
  static void rehash(Path kept) throws Exception {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> all = Files.walk(kept)) {
      for (Path path : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        String name = kept.relativize(path).toString();
        if (!name.equals("SHA256SUMS") && !name.equals("attestation.dsse.json")) {
          byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
          sums.put(name, HexFormat.of().formatHex(digest));
        }
      }
    }
    StringBuilder text = new StringBuilder();
    sums.forEach((name, sum) -> text.append(sum).append("  ").append(name).append('\n'));
    Files.writeString(kept.resolve("SHA256SUMS"), text);
  }

  /** A new key of a kind that openssl knows, and the line that allows it. */
  static String key(Path file, String name, String kind, String more) {
    return new Scratch(file.getParent()).made(file, name, kind, more);
  }

  private String made(Path file, String name, String kind, String more) {
    List<String> make = new ArrayList<>(List.of("openssl", "genpkey", "-out", file.toString()));
    make.addAll(
        kind.equals("ed25519")
            ? List.of("-algorithm", "ed25519")
            : List.of("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + kind));
    command(make);
    String line =
        command(
                List.of(
                    "sh",
                    "-c",
                    "openssl pkey -in \"$0\" -pubout -outform DER | base64 -w0",
                    file.toString()))
            .out();
    return "%s from=2020-01-01 until=2099-01-01 key=%s %s\n".formatted(name, line, more);
  }
}
