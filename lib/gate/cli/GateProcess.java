package gate.cli;

import gate.journal.Entry;
import gate.journal.Event.GateStarted;
import java.util.List;
import java.util.Optional;

/** The process that writes a journal. */
final class GateProcess {
  private static final long SAME_START_MILLIS = 5_000;

  private GateProcess() {}

  /** The last one that a journal tells of. */
  static Optional<GateStarted> of(List<Entry> entries) {
    return entries.stream()
        .map(Entry::event)
        .filter(GateStarted.class::isInstance)
        .map(GateStarted.class::cast)
        .reduce((_, it) -> it);
  }

  /** Whether it is alive, and not another that got its number. */
  static boolean lives(GateStarted gate) {
    return ProcessHandle.of(gate.pid())
        .filter(ProcessHandle::isAlive)
        .flatMap(it -> it.info().startInstant())
        .filter(it -> Math.abs(it.toEpochMilli() - gate.since()) < SAME_START_MILLIS)
        .isPresent();
  }
}
