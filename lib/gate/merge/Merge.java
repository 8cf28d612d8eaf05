package gate.merge;

import gate.base.Secrets;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.PartMerged;
import gate.journal.JournalDraft;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.Verdict;
import gate.merge.Whole.Owned;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes one run of its parts. What is wrong with them, or between them, stands in its journal as a
 * problem, which turns it red; there is no way in which they could be merged to nothing.
 */
public final class Merge {
  private final Request request;
  private final JournalDraft journal;
  private final List<PartRun> parts = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * What to merge, and how.
   *
   * @param parts the folders
   * @param target the merged run's folder
   * @param run its name
   * @param gate this gate's version
   * @param name the matrix's name, where no part tells it
   * @param definition matrix.yaml here
   * @param command the command line as it was typed
   * @param strict whether anything partial is refused
   * @param problems what went wrong besides the parts, a sentence each; it turns the run red
   * @param secrets what may stand nowhere
   */
  public record Request(
      List<Path> parts,
      Path target,
      String run,
      String gate,
      String name,
      String definition,
      List<String> command,
      boolean strict,
      List<String> problems,
      Secrets secrets) {
    public Request {
      problems = List.copyOf(problems);
      parts = List.copyOf(parts);
      command = List.copyOf(command);
    }
  }

  private Merge(Request request) {
    this.request = request;
    this.journal = new JournalDraft(request.secrets());
    problems.addAll(request.problems());
  }

  /**
   * Copies the parts' files and writes the journal.
   *
   * @param now stands at what has no time of its own
   * @param projections writes the run's reports, without its end yet, to see that they can be
   *     written; what it throws turns the run red
   * @return all entries
   * @throws gate.journal.JournalFailed if the journal can't be written
   */
  public static List<Entry> of(Request request, Instant now, Consumer<List<Entry>> projections) {
    return new Merge(request).merged(now, projections);
  }

  private List<Entry> merged(Instant now, Consumer<List<Entry>> projections) {
    request.parts().forEach(it -> PartReader.read(it, problems::add).ifPresent(parts::add));
    parts.sort(
        Comparator.comparingInt((PartRun it) -> it.part().index()).thenComparing(PartRun::journal));
    boolean dry = !parts.isEmpty() && parts.stream().allMatch(it -> it.started().dry());
    parts.forEach(it -> problems.addAll(Soundness.problems(it, dry)));
    problems.addAll(Agreement.problems(parts));
    Whole whole = Whole.of(parts);
    problems.addAll(whole.problems());
    Instant start = parts.stream().map(it -> it.run().at()).min(Instant::compareTo).orElse(now);
    Timeline timeline = new Timeline(start);
    Map<PartRun, Set<String>> owners = whole.owners();
    for (PartRun part : parts) {
      Set<String> legs = owners.getOrDefault(part, Set.of());
      Relocation relocation = new Relocation(part, legs, this::problem);
      timeline.add(part, legs, relocation);
      problems.addAll(PartFiles.copy(part, legs, relocation, request.target()));
    }
    head(whole, start, dry);
    timeline.in(journal);
    return ended(whole, timeline, now, projections);
  }

  private void problem(String text) {
    if (!problems.contains(text)) {
      problems.add(text);
    }
  }

  private void head(Whole whole, Instant start, boolean dry) {
    journal.add(start, 0, Common.started(parts, request, dry));
    for (PartRun part : parts) {
      journal.add(part.run().at(), 0, merged(part));
    }
    Common.inputs(parts, whole).ifPresent(it -> journal.add(start, 0, it));
    int repeat = parts.isEmpty() ? 1 : parts.getFirst().run().repeat();
    journal.add(
        start, 0, new Event.Planned(whole.legs().stream().map(Owned::leg).toList(), repeat));
  }

  private static PartMerged merged(PartRun part) {
    return new PartMerged(
        part.part(),
        part.started(),
        part.run().inputs().map(Event.InputsRead::sources).orElse(List.of()),
        part.journal(),
        part.run().at().truncatedTo(ChronoUnit.SECONDS).toString(),
        Judge.replayed(part.run()).kind(),
        part.run().millis());
  }

  private List<Entry> ended(
      Whole whole, Timeline timeline, Instant now, Consumer<List<Entry>> projections) {
    long end = timeline.end();
    RunRecord run = RunRecord.of(journal.entries());
    needs(run, whole);
    problems.addAll(Logs.missing(run, request.target()));
    problems.forEach(it -> journal.add(now, end, new Event.Problem(it)));
    asBadAsItsParts(now, end);
    try {
      projections.accept(List.copyOf(journal.entries())); // of a run without its end
    } catch (RuntimeException e) {
      journal.add(now, end, new Event.Problem("the reports can't be written: " + e.getMessage()));
    }
    Verdict verdict = Judge.verdict(RunRecord.of(journal.entries()));
    journal.add(
        now,
        end,
        new Event.RunFinished(
            verdict.kind(), verdict.exitCode(request.strict()), verdict.reasons(), end));
    journal.write(request.target().resolve("events.jsonl"));
    return List.copyOf(journal.entries());
  }

  /** What a leg needs has to have passed, wherever it ran. */
  private void needs(RunRecord run, Whole whole) {
    Map<String, LegRecord> legs = new HashMap<>();
    run.legs().forEach(leg -> legs.put(leg.plan().leg(), leg));
    for (Owned owned : whole.legs()) {
      LegRecord leg = legs.get(owned.leg().leg());
      if (leg.attempts().isEmpty()) {
        continue;
      }
      for (String need : owned.leg().needs()) {
        Optional<LegRecord> needed = Optional.ofNullable(legs.get(need));
        if (needed.filter(Merge::passed).isEmpty()) {
          problems.add(
              "%s ran leg `%s` in the belief that `%s` had passed, which %s"
                  .formatted(
                      owned.part().where(),
                      owned.leg().leg(),
                      need,
                      needed
                          .map(it -> "ended as " + it.outcome().word())
                          .orElse("is in none of the parts")));
        }
      }
    }
  }

  private static boolean passed(LegRecord leg) {
    return switch (leg.outcome()) {
      case PASSED, FLAKY, OFF -> true;
      case LEAKED -> leg.plan().allow().contains("leaked");
      default -> false;
    };
  }

  /** Whatever turned a part red turns the whole red. */
  private void asBadAsItsParts(Instant now, long end) {
    Verdict.Kind kind = Judge.verdict(RunRecord.of(journal.entries())).kind();
    if (kind == Verdict.Kind.RED) {
      return;
    }
    for (PartRun part : parts) {
      Verdict verdict = Judge.replayed(part.run());
      if (verdict.kind() == Verdict.Kind.RED || verdict.kind() == Verdict.Kind.INTERRUPTED) {
        journal.add(
            now,
            end,
            new Event.Problem(
                "%s came to %s: %s"
                    .formatted(
                        part.where(), verdict.kind(), String.join("; ", verdict.reasons()))));
      }
    }
  }
}
