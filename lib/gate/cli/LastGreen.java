package gate.cli;

import gate.definition.Definition;
import gate.evidence.EvidenceRefused;
import gate.evidence.Kept;
import gate.journal.JournalFailed;
import gate.journal.JournalReader;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import gate.kernel.RunFolder;
import gate.plan.Refused;
import gate.report.Since;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/**
 * The last green run of all legs before another one, among the runs that are there and those that
 * are kept. Where it can't be read there is none: no run fails for want of it.
 */
final class LastGreen {
  private static final int MOST_LOOKED_AT = 100;
  private static final int LONGEST_ENTRY = 4_096;
  private static final long MOST_BYTES = 64 << 20;

  private final Path folder;
  private Optional<FutureTask<Optional<RunRecord>>> found = Optional.empty();

  LastGreen(Definition definition) {
    folder = definition.folder();
  }

  /** Looks for it on a thread of its own, for a run of that name that begins now. */
  void lookAhead(String name, Instant now) {
    FutureTask<Optional<RunRecord>> look = look(name, now);
    found = Optional.of(look);
    try {
      Thread.ofPlatform().daemon().name("last green").start(look);
    } catch (OutOfMemoryError e) {
      // no room for another thread: who asks for it looks
    }
  }

  private FutureTask<Optional<RunRecord>> look(String name, Instant now) {
    return new FutureTask<>(() -> before(name, now));
  }

  /** What differs from it in a run. */
  Optional<Since> since(RunRecord now) {
    if (now.started().dry()) {
      return Optional.empty();
    }
    FutureTask<Optional<RunRecord>> look =
        found.orElseGet(() -> look(now.started().name(), now.at()));
    found = Optional.of(look);
    look.run(); // unless it has begun
    try {
      return look.get().map(it -> Since.of(it, now));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The same for the run in a folder, where that can be read. */
  Optional<Since> since(Path run) {
    try {
      return since(RunRecord.of(Runs.entries(run)));
    } catch (Refused e) {
      return Optional.empty();
    }
  }

  private Optional<RunRecord> before(String name, Instant now) {
    try {
      return Stream.concat(Runs.all(folder).stream(), Kept.all(folder).stream())
          .sorted(Comparator.comparing(Runs::time).reversed())
          .limit(MOST_LOOKED_AT)
          .filter(LastGreen::saysGreen)
          .map(LastGreen::read)
          .flatMap(Optional::stream)
          .filter(it -> it.at().isBefore(now) && counts(it, name))
          .findFirst();
    } catch (Refused | EvidenceRefused e) {
      return Optional.empty();
    }
  }

  private static boolean counts(RunRecord run, String name) {
    return run.started().selected().isEmpty()
        && run.part().isEmpty()
        && run.started().name().equals(name)
        && Judge.replayed(run).kind() == Verdict.Kind.GREEN;
  }

  /** A look at the last entry, which is quicker than to read them all. */
  private static boolean saysGreen(Path folder) {
    try (RandomAccessFile in =
        new RandomAccessFile(folder.resolve(RunFolder.JOURNAL).toFile(), "r")) {
      long from = Math.max(0, in.length() - LONGEST_ENTRY);
      byte[] bytes = new byte[(int) (in.length() - from)];
      in.seek(from);
      in.readFully(bytes);
      return in.length() <= MOST_BYTES
          && new String(bytes, StandardCharsets.UTF_8).contains("\"verdict\":\"GREEN\"");
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<RunRecord> read(Path folder) {
    try {
      return Optional.of(RunRecord.of(JournalReader.outcomes(folder.resolve(RunFolder.JOURNAL))));
    } catch (JournalFailed | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
