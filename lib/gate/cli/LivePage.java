package gate.cli;

import gate.base.Reason;
import gate.journal.Entry;
import gate.journal.Event.GateStarted;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.kernel.GateProcess;
import gate.kernel.RunFolder;
import gate.plan.Refused;
import gate.report.Logs;
import gate.report.Page;
import gate.report.Since;
import gate.report.View;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** A run's page as it is now, made anew where the journal has grown. For any thread. */
final class LivePage {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration TO_SAY_WHICH = Duration.ofSeconds(10);

  private final Path folder;
  private final LastGreen last;
  private final Clock clock;
  private State state = new State("", new byte[0]);
  private Set<String> logs = Set.of();
  private Optional<GateStarted> gate = Optional.empty();

  /** The page, and what tells it from others. */
  record State(String tag, byte[] html) {}

  LivePage(Path folder, LastGreen last, Clock clock) {
    this.folder = folder;
    this.last = last;
    this.clock = clock;
  }

  /**
   * It.
   *
   * @throws Refused where the journal can't be read
   */
  synchronized State now() {
    String written = written();
    if (!state.tag().equals(tag(written))) {
      List<Entry> entries = Runs.entries(folder);
      RunRecord run = RunRecord.of(entries);
      logs = named(run);
      gate = GateProcess.last(entries);
      state = new State(tag(written), html(entries, run));
    }
    return state;
  }

  /**
   * Waits for the first entry of a run that has just begun.
   *
   * @throws Refused where none comes in that time
   */
  void await(Duration most) {
    long end = System.nanoTime() + most.toNanos();
    while (true) {
      try {
        now();
        return;
      } catch (Refused e) {
        if (System.nanoTime() > end || written().charAt(0) != '0') {
          throw e;
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** The file of a log that the journal names, where it lies in the run's folder. */
  synchronized Optional<Path> log(String name) {
    try {
      now();
      Path file = folder.resolve(name);
      return logs.contains(name)
              && Files.isRegularFile(file)
              && file.toRealPath().startsWith(folder.toRealPath())
          ? Optional.of(file.toRealPath())
          : Optional.empty();
    } catch (IOException | InvalidPathException | Refused e) {
      return Optional.empty();
    }
  }

  /** Changes with the journal, and when who writes it is gone. */
  private String tag(String written) {
    return "\"%s%s\"".formatted(written, goesOn() ? "" : "-end");
  }

  private String written() {
    try {
      Path journal = folder.resolve(RunFolder.JOURNAL);
      return Files.size(journal) + "-" + Files.getLastModifiedTime(journal).toMillis();
    } catch (IOException e) {
      throw new Refused("run %s can't be read: %s".formatted(folder, Reason.of(e)));
    }
  }

  private byte[] html(List<Entry> entries, RunRecord run) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Writer to = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
      if (run.finished().isEmpty() && goesOn()) {
        Page.live(View.of(entries), Logs.in(folder), to);
      } else {
        Optional<Since> since = last.since(run);
        Page.write(View.of(entries).since(since), Logs.in(folder), to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array has room
    }
    return bytes.toByteArray();
  }

  /**
   * Whether the process that writes the journal is alive; a new one hasn't said yet which it is.
   */
  private boolean goesOn() {
    return gate.map(GateProcess::lives).orElseGet(this::justBegun);
  }

  private boolean justBegun() {
    try {
      Instant changed = Files.getLastModifiedTime(folder.resolve(RunFolder.JOURNAL)).toInstant();
      return changed.isAfter(clock.instant().minus(TO_SAY_WHICH));
    } catch (IOException e) {
      return false;
    }
  }

  private static Set<String> named(RunRecord run) {
    Set<String> logs = new HashSet<>();
    run.builds().forEach(build -> logs.add(build.log()));
    for (LegRecord leg : run.legs()) {
      leg.services().forEach(service -> logs.add(service.log()));
      leg.attempts().stream()
          .flatMap(attempt -> attempt.steps().stream())
          .forEach(step -> logs.add(step.log()));
    }
    logs.remove("");
    return Set.copyOf(logs);
  }
}
