package gate.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import gate.base.Commands;
import gate.definition.Start;
import gate.journal.Event;
import gate.journal.Journal;
import gate.kernel.cargo.Artifact;
import gate.kernel.cargo.BuildErrors;
import gate.kernel.cargo.BuildRunner;
import gate.kernel.cargo.FileState;
import gate.kernel.cargo.Turns;
import gate.kernel.process.Exit;
import gate.kernel.process.GuardianLost;
import gate.kernel.process.Spawn;
import gate.kernel.process.SpawnFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The binaries of services, each built once a run and environment, for all legs: a leg that stops
 * waiting doesn't end a build. What is started is a copy: other builds may put another file there,
 * of other features. For any thread.
 */
final class Builds {
  private static final int MOST_TRIES = 3;

  private final BuildRunner runner;
  private final RunFolder folder;
  private final Journal journal;
  private final Path temp;
  private final Strays strays;
  private final Map<Key, CompletableFuture<Built>> builds = new ConcurrentHashMap<>();
  private final Binaries binaries = new Binaries();
  private final Turns turns = new Turns();
  private final AtomicInteger number;

  private record Key(
      Path workspace, Optional<String> packageName, String bin, Map<String, String> env) {}

  /**
   * A service's binary.
   *
   * @param place where cargo puts it, which tells people what it is
   * @param copy the run's own, which nobody builds anew; of the same name
   */
  record Built(Path place, Path copy) {}

  Builds(BuildRunner runner, RunFolder folder, Journal journal, Path temp, Strays strays) {
    this.strays = strays;
    this.runner = runner;
    this.folder = folder;
    this.journal = journal;
    this.temp = temp;
    this.number = new AtomicInteger(folder.builds());
  }

  /** What is built, by content; of tests too. */
  Binaries binaries() {
    return binaries;
  }

  /** Of all that build, tests too. */
  Turns turns() {
    return turns;
  }

  /** What is built and no commit holds. */
  Strays strays() {
    return strays;
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
   * @param env what it is built with, except for the secrets in it
   * @throws Broken where it can't be built
   * @throws Cancelled where the leg was told to stop meanwhile
   */
  Built binary(Path workspace, Start start, Map<String, String> env, LegWork work) {
    Map<String, String> open = work.secrets.without(env);
    CompletableFuture<Built> mine = new CompletableFuture<>();
    CompletableFuture<Built> build =
        builds.computeIfAbsent(
            new Key(workspace, start.packageName(), start.bin(), open), _ -> mine);
    if (build == mine) {
      Thread.ofVirtual()
          .name("build " + start.bin())
          .start(() -> {
            try {
              mine.complete(build(workspace, start, open));
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

  private Built build(Path workspace, Start start, Map<String, String> env) throws IOException {
    int own = next();
    String id = "build-" + own;
    String log = folder.buildLog(own, start.bin());
    String line =
        "cd %s && %s"
            .formatted(Commands.quote(workspace.toString()), Commands.line(command(start)));
    Cargo cargo = new Cargo(id, line, workspace, start, env, folder.path().resolve(log));
    Texts.append(cargo.log(), "$ " + line);
    AtomicLong from = new AtomicLong(journal.millis());
    boolean ok = false;
    try {
      Path to = Files.createDirectories(temp.resolve(id));
      Built built =
          turns.build(
              workspace,
              new Turns.What(start.packageName(), "dev", command(start), env),
              why -> Texts.append(cargo.log(), "# " + why),
              () -> {
                from.set(journal.millis());
                return copied(cargo, to);
              });
      ok = true;
      return built;
    } finally {
      journal.append(new Event.BuildFinished(id, line, ok, log, journal.millis() - from.get()));
    }
  }

  /** How cargo is called for a build. */
  private record Cargo(
      String id, String line, Path workspace, Start start, Map<String, String> env, Path log) {}

  /** What cargo says of a binary: where it is, and whether it was there already. */
  private record Said(Path path, boolean fresh) {}

  /**
   * Builds and copies. Once cargo has ended, others may build in that folder, before the copy too;
   * asked again, cargo puts its own file back. So where that changes nothing, it was there all the
   * time. Of a package that cargo finds changed each time, that it came out of the same file has to
   * do.
   */
  private Built copied(Cargo cargo, Path to) throws IOException {
    Path built = cargo(cargo, 0).path();
    Path copy = to.resolve(built.getFileName());
    boolean fresh = false;
    Set<Optional<Path>> origins = new HashSet<>();
    for (int tried = 1; tried <= MOST_TRIES; tried++) {
      FileState before = FileState.of(built);
      origins.add(origin(built));
      Files.copy(built, copy, StandardCopyOption.REPLACE_EXISTING);
      Said said = cargo(cargo, tried);
      fresh |= said.fresh();
      if (said.fresh() && before.kept(FileState.of(built)) && Files.mismatch(built, copy) < 0) {
        return new Built(Paths.real(built), copy);
      }
    }
    origins.add(origin(built));
    if (!fresh && origins.size() == 1) {
      return new Built(Paths.real(built), copy);
    }
    throw new Broken(
        "others built %s anew each of the %d times that `%s` had; let nothing else build in that folder, or set CARGO_TARGET_DIR"
            .formatted(built, MOST_TRIES, cargo.line()));
  }

  /** The file that it is a link or copy of: cargo has one for each choice of features. */
  private static Optional<Path> origin(Path file) throws IOException {
    Path folder = file.resolveSibling("deps");
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    String name = file.getFileName().toString().replace('-', '_');
    try (Stream<Path> files = Files.list(folder)) {
      for (Path it :
          files
              .filter(it -> it.getFileName().toString().startsWith(name))
              .filter(Files::isExecutable)
              .toList()) {
        if (Files.isSameFile(it, file)
            || Files.size(it) == Files.size(file) && Files.mismatch(it, file) < 0) {
          return Optional.of(it);
        }
      }
    }
    return Optional.empty();
  }

  private Said cargo(Cargo cargo, int time) throws IOException {
    Path messages = temp.resolve("%s-%d.json".formatted(cargo.id(), time));
    List<String> argv = new ArrayList<>(command(cargo.start()));
    argv.add("--message-format=json-render-diagnostics");
    try {
      Exit exit =
          runner.run(
              new Spawn(
                  cargo.id(),
                  argv,
                  cargo.env(),
                  cargo.workspace(),
                  messages,
                  Optional.of(cargo.log()),
                  Optional.empty()));
      if (!exit.ok()) {
        throw new Broken(BuildErrors.sentence(cargo.line(), exit, cargo.log(), cargo.workspace()));
      }
      List<Artifact> artifacts = Artifact.in(messages);
      Optional<String> overlooked =
          Artifact.tell(artifacts, (manifest, sources) -> strays.built(manifest, sources, journal));
      if (overlooked.isPresent()) {
        throw new Broken(overlooked.get());
      }
      return executable(artifacts, cargo.start().bin());
    } catch (JsonProcessingException e) {
      throw new Broken("cargo's messages can't be read: " + e.getOriginalMessage());
    } catch (SpawnFailed e) {
      throw new Broken("`%s` can't be started: %s".formatted(cargo.line(), e.getMessage()));
    }
  }

  private static Said executable(List<Artifact> artifacts, String bin) {
    return artifacts.stream()
        .filter(it -> it.name().equals(bin))
        .flatMap(it -> it.executable().map(path -> new Said(path, it.fresh())).stream())
        .reduce((_, last) -> last)
        .filter(it -> Files.isExecutable(it.path()))
        .orElseThrow(() -> new Broken("cargo built no binary `%s`".formatted(bin)));
  }
}
