package gate.merge;

import gate.base.Shown;
import gate.journal.Entry;
import gate.journal.Event.PartTaken;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.RunStarted;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import java.nio.file.Path;
import java.util.List;

/**
 * A part, as its folder tells of it.
 *
 * @param entries those of its journal that count, of one go: see {@link Counted}
 * @param journal SHA-256 of its journal
 */
record PartRun(Path folder, List<Entry> entries, RunRecord run, String journal) {
  PartRun {
    entries = List.copyOf(entries);
  }

  PartTaken part() {
    return run.part().orElseThrow();
  }

  RunStarted started() {
    return run.started();
  }

  /** As it is named to a person: {@code shard 2/5}. */
  String label() {
    return part().label();
  }

  /** The same, with where it lies. */
  String where() {
    return "%s in %s".formatted(label(), Shown.value(folder.toString()));
  }

  List<PlannedLeg> legs() {
    return run.legs().stream().map(LegRecord::plan).toList();
  }

  /** Where a leg stands in the whole plan, from 1, by its place among this part's. */
  int place(int leg) {
    return part().places().get(leg);
  }
}
