package gate.cli;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.JournalFailed;
import gate.journal.JournalTail;
import gate.kernel.RunFolder;
import gate.merge.EventLeg;
import gate.merge.PartProblem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one leg's gate, on whatever machine it runs, tells of that leg while its journal grows. It
 * is somebody else's file: of other legs it can tell nothing.
 */
final class PartTail {
  /** More than a leg tells, and little enough to be held. */
  private static final long MOST_BYTES = 256L << 20;

  private final String leg;
  private final Path run;
  private final boolean endsOnly;
  private Supplier<Optional<Path>> place;
  private Optional<Path> folder = Optional.empty();
  private JournalTail tail;
  private String label;
  private long told;
  private boolean over;

  /**
   * @param run the folder of the run, in which the part's lies
   * @param place where that is, once it is known
   * @param endsOnly whether only the leg's end is told, which is long since known
   */
  PartTail(String leg, Path run, Supplier<Optional<Path>> place, boolean endsOnly) {
    this.leg = leg;
    this.run = run;
    this.place = place;
    this.endsOnly = endsOnly;
    this.label = leg;
  }

  /** The same part has been brought: what isn't told yet is to be found there. */
  void brought(Path to) {
    place = () -> Optional.of(to);
    folder = Optional.empty();
  }

  /** Whether nothing more comes. */
  boolean over() {
    return over;
  }

  /**
   * What has happened since the last time.
   *
   * @throws JournalFailed where it can't be told any more
   */
  List<Event> more() {
    List<Event> events = new ArrayList<>();
    if (!over && found()) {
      try {
        tail.more().stream().filter(it -> it.seq() > told).forEach(it -> take(it, events));
      } catch (RuntimeException e) { // whatever stands there
        over = true;
        throw e instanceof JournalFailed failed ? failed : new JournalFailed(e.toString(), e);
      }
    }
    return events;
  }

  private boolean found() {
    if (folder.isEmpty()) {
      folder = place.get().filter(it -> Files.isDirectory(it, NOFOLLOW_LINKS));
      folder.ifPresent(it -> tail = new JournalTail(it.resolve(RunFolder.JOURNAL), MOST_BYTES));
    }
    return folder.isPresent();
  }

  private void take(Entry entry, List<Event> events) {
    told = entry.seq();
    switch (entry.event()) {
      case Event.PartTaken it -> label = it.label();
      case Event.RunFinished _ -> over = true;
      case Event.StopRequested _ -> {} // by whoever stops the run, or the machine
      case Event.LegFinished it when it.leg().equals(leg) -> events.add(it);
      case Event.StepStarted it when isOwn(it) -> events.add(inRun(it));
      case Event.BuildFinished it when !endsOnly -> events.add(it);
      case Event it when isOwn(it) -> events.add(it);
      case Event it when !endsOnly -> PartProblem.of(label, it).ifPresent(events::add);
      default -> {}
    }
  }

  private boolean isOwn(Event event) {
    return !endsOnly && EventLeg.of(event).filter(it -> it.leg().equals(leg)).isPresent();
  }

  /** Its log lies in the part's folder, which lies in the run's. */
  private Event inRun(Event.StepStarted it) {
    String log = it.log().isEmpty() ? "" : run.relativize(folder.get()) + "/" + it.log();
    return new Event.StepStarted(it.leg(), it.attempt(), it.step(), it.name(), log);
  }
}
