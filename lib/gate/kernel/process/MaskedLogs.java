package gate.kernel.process;

import gate.base.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The logs of a process that knows secrets: it writes to named pipes, which are read here and
 * written on without them. Without secrets there are none of these.
 */
final class MaskedLogs {
  private final Spawn spawn;
  private final Optional<Path> folder;
  private final List<MaskedLog> logs;

  private MaskedLogs(Spawn spawn, Optional<Path> folder, List<MaskedLog> logs) {
    this.spawn = spawn;
    this.folder = folder;
    this.logs = logs;
  }

  static MaskedLogs of(Spawn spec) throws SpawnFailed {
    if (spec.secrets().none() || !masked(spec, spec.out()) && spec.err().isEmpty()) {
      return new MaskedLogs(spec, Optional.empty(), List.of());
    }
    List<MaskedLog> logs = new ArrayList<>();
    try {
      Path folder = Files.createTempDirectory(spec.scratch(), "pipes-");
      Path out = pipe(spec, spec.out(), folder.resolve("out"), logs);
      Optional<Path> err = spec.err();
      if (err.isPresent()) {
        err = Optional.of(pipe(spec, err.get(), folder.resolve("err"), logs));
      }
      Spawn spawn =
          new Spawn(spec.id(), spec.argv(), spec.env(), spec.folder(), out, err, spec.in());
      return new MaskedLogs(spawn, Optional.of(folder), logs);
    } catch (IOException e) {
      logs.forEach(MaskedLog::end);
      throw new SpawnFailed("its log can't be opened: " + Reason.of(e));
    }
  }

  private static boolean masked(Spawn spec, Path log) {
    return !log.startsWith(spec.scratch());
  }

  private static Path pipe(Spawn spec, Path log, Path pipe, List<MaskedLog> logs)
      throws IOException {
    if (!masked(spec, log)) {
      return log;
    }
    logs.add(MaskedLog.open(pipe, log, spec.secrets()));
    return pipe;
  }

  boolean none() {
    return folder.isEmpty();
  }

  /** What is started in its place. */
  Spawn spawn() {
    return spawn;
  }

  /** The pipes' folder, or empty text. */
  String pipes() {
    return folder.map(it -> it.toAbsolutePath() + "/").orElse("");
  }

  /**
   * Waits until what the ended process wrote is in the logs. What it left behind may go on writing.
   *
   * @throws IOException where a log couldn't be written
   */
  void drain() throws IOException {
    try {
      for (MaskedLog log : logs) {
        log.drain();
      }
    } finally {
      close();
    }
  }

  /** The process has opened the pipes, and nobody else is to. */
  void opened() {
    logs.forEach(MaskedLog::opened);
    folder.ifPresent(it -> it.toFile().delete());
  }

  /** Lets the logs end with the last process that writes to them. Can be repeated. */
  void close() {
    logs.forEach(MaskedLog::end);
    folder.ifPresent(it -> it.toFile().delete());
  }
}
