package gate.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.base.Commands;
import gate.definition.Start;
import gate.journal.Event;
import gate.journal.Journal;
import gate.kernel.cargo.BuildErrors;
import gate.kernel.process.Exit;
import gate.kernel.process.Guardian;
import gate.kernel.process.GuardianLost;
import gate.kernel.process.Spawn;
import gate.kernel.process.SpawnFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The binaries of services, each built once a run, for all legs: a leg that stops waiting doesn't
 * end a build. For any thread.
 */
final class Builds {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Guardian guardian;
  private final RunFolder folder;
  private final Journal journal;
  private final Path temp;
  private final Map<Key, CompletableFuture<Path>> builds = new ConcurrentHashMap<>();
  private final Binaries binaries = new Binaries();
  private final AtomicInteger number;

  private record Key(Path workspace, Optional<String> packageName, String bin) {}

  Builds(Guardian guardian, RunFolder folder, Journal journal, Path temp) {
    this.guardian = guardian;
    this.folder = folder;
    this.journal = journal;
    this.temp = temp;
    this.number = new AtomicInteger(folder.builds());
  }

  /** What is built, by content; of tests too. */
  Binaries binaries() {
    return binaries;
  }

  /** The number of the next build, from 1. */
  int next() {
    return number.incrementAndGet();
  }

  /** The command that builds a service's binary. */
  static List<String> command(Start start) {
    List<String> argv = new ArrayList<>(List.of("cargo", "build", "--locked"));
    start.packageName().ifPresent(name -> argv.addAll(List.of("-p", name)));
    argv.addAll(List.of("--bin", start.bin()));
    return argv;
  }

  /**
   * The binary, built if nobody has.
   *
   * @throws Broken where it can't be built
   * @throws Cancelled where the leg was told to stop meanwhile
   */
  Path binary(Path workspace, Start start, Map<String, String> env, LegWork work) {
    CompletableFuture<Path> mine = new CompletableFuture<>();
    CompletableFuture<Path> build =
        builds.computeIfAbsent(new Key(workspace, start.packageName(), start.bin()), _ -> mine);
    if (build == mine) {
      Thread.ofVirtual()
          .name("build " + start.bin())
          .start(() -> {
            try {
              mine.complete(build(workspace, start, work.secrets.without(env)));
            } catch (Throwable e) {
              mine.completeExceptionally(e);
            }
          });
    }
    work.deadline.pause();
    try {
      return build.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    } catch (ExecutionException e) {
      work.check();
      throw new Broken(
          e.getCause() instanceof Broken || e.getCause() instanceof GuardianLost
              ? e.getCause().getMessage()
              : e.getCause().toString());
    } finally {
      work.deadline.resume();
    }
  }

  private Path build(Path workspace, Start start, Map<String, String> env) throws IOException {
    int own = next();
    String log = folder.buildLog(own, start.bin());
    Path file = folder.path().resolve(log);
    Path messages = temp.resolve("build-" + own + ".json");
    String line =
        "cd %s && %s"
            .formatted(Commands.quote(workspace.toString()), Commands.line(command(start)));
    Texts.append(file, "$ " + line);
    List<String> argv = new ArrayList<>(command(start));
    argv.add("--message-format=json-render-diagnostics");
    long from = journal.millis();
    boolean ok = false;
    try {
      Exit exit =
          guardian
              .spawn(
                  new Spawn(
                      "build-" + own,
                      argv,
                      env,
                      workspace,
                      messages,
                      Optional.of(file),
                      Optional.empty()))
              .exit()
              .join();
      if (!exit.ok()) {
        throw new Broken(BuildErrors.sentence(line, exit, file, workspace));
      }
      Path binary = executable(messages, start.bin());
      ok = true;
      return binary;
    } catch (SpawnFailed e) {
      throw new Broken("`%s` can't be started: %s".formatted(line, e.getMessage()));
    } finally {
      journal.append(
          new Event.BuildFinished("build-" + own, line, ok, log, journal.millis() - from));
    }
  }

  private static Path executable(Path messages, String bin) throws IOException {
    Optional<Path> found = Optional.empty();
    for (String line : Files.readAllLines(messages)) {
      if (line.startsWith("{")) {
        JsonNode message = parse(line);
        if (message.path("reason").asText().equals("compiler-artifact")
            && message.path("target").path("name").asText().equals(bin)
            && message.path("executable").isTextual()) {
          found = Optional.of(Path.of(message.path("executable").asText()));
        }
      }
    }
    return found
        .filter(Files::isExecutable)
        .orElseThrow(() -> new Broken("cargo built no binary `%s`".formatted(bin)));
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new Broken("cargo's messages can't be read: " + e.getOriginalMessage());
    }
  }
}
