package gate.cli;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import gate.base.Reason;
import gate.base.World;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Journal;
import gate.journal.JournalDraft;
import gate.journal.JournalFailed;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import gate.kernel.Beginning;
import gate.kernel.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The journal of a run while an engine works on its legs: it says that they were begun, and that
 * none came to its end. The merged journal takes its place; of a run that was stopped it stays,
 * with what came back.
 */
final class Head {
  private final Beginning beginning;
  private final RunFolder folder;
  private final World world;
  private final List<Entry> entries = new ArrayList<>();

  Head(Beginning beginning, RunFolder folder, World world) {
    this.beginning = beginning;
    this.folder = folder;
    this.world = world;
  }

  /**
   * Begins it.
   *
   * @param shown hears what it says
   */
  void begin(long mark, Consumer<Entry> shown) {
    try (Journal journal =
        Journal.create(folder.journal(), world.clock(), beginning.plan().toggles().secrets())) {
      journal.listen(entries::add);
      journal.listen(shown);
      journal.append(beginning.started());
      journal.append(Beginning.gateStarted(mark));
      journal.append(beginning.planned());
    }
  }

  /**
   * Ends it, and gives all that it says.
   *
   * @param brought what the legs that came back tell, merged
   * @param problems a sentence each
   */
  List<Entry> stopped(String why, List<Entry> brought, List<String> problems) {
    JournalDraft draft = new JournalDraft(beginning.plan().toggles().secrets());
    entries.forEach(it -> draft.add(it.at(), it.millis(), it.event()));
    Instant start = entries.getFirst().at();
    brought.stream()
        .filter(it -> ofLegs(it.event()))
        .forEach(it -> draft.add(it.at(), millis(draft, start, it.at()), it.event()));
    Instant now = world.clock().instant();
    long end = millis(draft, start, now);
    problems.forEach(it -> draft.add(now, end, new Event.Problem(it)));
    draft.add(now, end, new Event.StopRequested(why));
    Verdict verdict = Judge.verdict(RunRecord.of(draft.entries()));
    draft.add(
        now,
        end,
        new Event.RunFinished(
            verdict.kind(),
            verdict.exitCode(beginning.settings().strict()),
            verdict.reasons(),
            end));
    replace(draft);
    return draft.entries();
  }

  /** What is told of the run as a whole, this one tells itself. */
  private static boolean ofLegs(Event event) {
    return switch (event) {
      case Event.RunStarted _,
          Event.PartMerged _,
          Event.InputsRead _,
          Event.Planned _,
          Event.Problem _,
          Event.RunFinished _ ->
          false;
      default -> true;
    };
  }

  /** Since the start, and never back: other hosts have other clocks. */
  private static long millis(JournalDraft draft, Instant start, Instant at) {
    return Math.max(draft.entries().getLast().millis(), Duration.between(start, at).toMillis());
  }

  private void replace(JournalDraft draft) {
    Path made = folder.path().resolve("events.jsonl.made");
    try {
      Files.deleteIfExists(made);
      draft.write(made);
      Files.move(made, folder.journal(), ATOMIC_MOVE, REPLACE_EXISTING);
    } catch (IOException e) {
      throw new JournalFailed(
          "%s can't be written: %s".formatted(folder.journal(), Reason.of(e)), e);
    }
  }
}
