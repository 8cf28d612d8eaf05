package gate.merge;

import gate.journal.Event.Source;
import gate.journal.Judge;
import gate.journal.Verdict;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a part by itself, a sentence each. */
final class Soundness {
  private Soundness() {}

  /**
   * Looks at one.
   *
   * @param dry whether all parts are dry, so that this one may be
   */
  static List<String> problems(PartRun part, boolean dry) {
    List<String> problems = new ArrayList<>();
    ended(part, problems);
    if (part.started().dry() && !dry) {
      problems.add("it was a dry run: nothing ran");
    }
    if (!part.started().selected().isEmpty()) {
      problems.add("it was SELECTED: only some legs were asked for");
    }
    if (part.part().all() != part.started().legs()) {
      problems.add(
          "its plan has %d of the matrix's %d legs"
              .formatted(part.part().all(), part.started().legs()));
    }
    if (!part.started().dry()) {
      tested(part, problems);
    }
    return problems.stream().map(it -> "%s: %s".formatted(part.where(), it)).toList();
  }

  private static void ended(PartRun part, List<String> problems) {
    if (part.run().finished().isEmpty()) {
      problems.add(
          "it was cut off, or still runs: its journal has no end; go on with it with --resume, or"
              + " run it again");
      return;
    }
    Verdict.Kind told = part.run().finished().get().verdict();
    Verdict.Kind is = Judge.verdict(part.run()).kind();
    if (told != is) {
      problems.add(
          "its journal's last entry says %s, its other entries say %s".formatted(told, is));
    }
    if (is == Verdict.Kind.INTERRUPTED) {
      problems.add("it was interrupted; go on with it with --resume, or run it again");
    }
  }

  private static void tested(PartRun part, List<String> problems) {
    if (part.run().inputs().isEmpty()) {
      problems.add("its journal doesn't tell what it tested");
      return;
    }
    List<Source> sources = part.run().inputs().get().sources();
    if (part.started().dirty() || sources.stream().anyMatch(it -> known(it) && it.dirty())) {
      problems.add("it was made on a dirty tree: files differed from the commit");
    }
    if (sources.isEmpty() || sources.stream().anyMatch(it -> !known(it))) {
      problems.add(
          "git doesn't know what it tested, so that nobody can tell whether others tested the"
              + " same");
    }
  }

  private static boolean known(Source source) {
    return !source.content().equals("unknown");
  }
}
