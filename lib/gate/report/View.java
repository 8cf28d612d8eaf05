package gate.report;

import gate.journal.Entry;
import gate.journal.Event.DryAction;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a report shows.
 *
 * @param dry what a dry run printed, by leg
 * @param verdict what the journal comes to; INTERRUPTED where it has no end
 * @param waived by whom, until when and why the run counts although it shows less than it should
 * @param timeline when what happened
 * @param since what differs from the last green run, where that is known
 */
public record View(
    RunRecord run,
    Map<String, List<DryAction>> dry,
    Verdict verdict,
    Optional<String> waived,
    Timeline timeline,
    Optional<Since> since) {
  /**
   * @throws IllegalArgumentException if the entries aren't those of one journal
   */
  public static View of(List<Entry> entries) {
    RunRecord run = RunRecord.of(entries);
    return new View(
        run,
        RunRecord.dryActions(entries),
        Judge.replayed(run),
        Optional.empty(),
        Timeline.of(entries),
        Optional.empty());
  }

  /** The same with a waiver. */
  public View waived(String by) {
    return new View(run, dry, verdict, Optional.of(by), timeline, since);
  }

  /** The same with what differs from an earlier run. */
  public View since(Optional<Since> earlier) {
    return new View(run, dry, verdict, waived, timeline, earlier);
  }

  /** The same, red for what went wrong after the journal's end. */
  public View after(List<String> problems) {
    if (problems.isEmpty()) {
      return this;
    }
    List<String> reasons = new ArrayList<>(problems);
    reasons.addAll(verdict.reasons());
    boolean stopped =
        run.stopped().isPresent()
            || (run.finished().isPresent() && verdict.kind() == Verdict.Kind.INTERRUPTED);
    Verdict.Kind kind = stopped ? Verdict.Kind.INTERRUPTED : Verdict.Kind.RED;
    return new View(run, dry, new Verdict(kind, false, reasons), waived, timeline, since);
  }

  /** Whether legs were named on the command line. */
  boolean selected() {
    return !run.started().selected().isEmpty();
  }

  /** What stands beside the verdict of a run that isn't a whole one; empty of one that is. */
  String mark() {
    return run.mark();
  }

  /** The mark in brackets, behind a space. */
  String marked() {
    return mark().isEmpty() ? "" : " (%s)".formatted(mark());
  }

  /** Whether it is a whole run of all legs, whose results others may collect. */
  public boolean counts() {
    return !isDry() && mark().isEmpty();
  }

  /** Whether it was asked to print only. */
  boolean isDry() {
    return run.started().dry();
  }

  /** Whether the run exits as one that passes does. */
  boolean passes() {
    return verdict.exitCode(run.started().strict()) == 0;
  }
}
