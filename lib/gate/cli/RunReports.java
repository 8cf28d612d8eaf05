package gate.cli;

import gate.definition.Definition;
import gate.journal.Entry;
import gate.kernel.RunFolder;
import gate.report.Draft;
import gate.report.ProjectionFailed;
import gate.report.Projections;
import gate.report.View;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The reports of one run, and the results of one that counts: written before its end is told, so
 * that a run whose reports can't be written isn't green, and put in their places when it is.
 */
final class RunReports implements AutoCloseable {
  private final Path folder;
  private final Path results;
  private final LastGreen last;
  private Optional<Draft> draft = Optional.empty();
  private List<Entry> drafted = List.of();

  RunReports(Definition definition, RunFolder run) {
    folder = run.path();
    results = definition.folder().resolve(RunFolder.RESULTS);
    last = new LastGreen(definition);
  }

  /** The run begins now: what its reports need of earlier ones is read while it goes on. */
  void begin(String name, Instant now) {
    last.lookAhead(name, now);
  }

  /** What an earlier run published isn't what this one comes to. */
  void withdraw() {
    Projections.withdraw(results);
  }

  /**
   * Writes them beside their places.
   *
   * @param entries the whole journal, with an end or without
   * @throws ProjectionFailed if one couldn't be written
   */
  void draft(List<Entry> entries) {
    close();
    Projections.clear(folder, results, true);
    View view = Projections.view(entries);
    view = view.since(last.since(view.run()));
    draft =
        Optional.of(
            Projections.draft(
                folder, view, view.counts() ? Optional.of(results) : Optional.empty()));
    drafted = entries;
  }

  /**
   * Puts them in their places; those that were drafted of other entries are written anew. Where
   * that can't be, the run's own are red and say why, if they can be written, and no results are
   * published.
   *
   * @return what went wrong, where the entries don't tell it
   */
  Optional<String> place(List<Entry> entries) {
    try {
      if (drafted.size() != entries.size() || !drafted.getLast().equals(entries.getLast())) {
        draft(entries);
      }
      draft.orElseThrow().place();
      return Optional.empty();
    } catch (ProjectionFailed e) {
      return placeOwn(entries, e.getMessage());
    }
  }

  private Optional<String> placeOwn(List<Entry> entries, String problem) {
    boolean told = false;
    try {
      View view = Projections.view(entries);
      told = view.run().problems().stream().anyMatch(it -> it.endsWith(problem));
      Projections.draft(folder, told ? view : view.after(List.of(problem)), Optional.empty())
          .place();
    } catch (ProjectionFailed e) {
      // the first problem is told
    }
    return told ? Optional.empty() : Optional.of(problem);
  }

  /** Takes away those that aren't in their places. */
  @Override
  public void close() {
    draft.ifPresent(Draft::close);
    draft = Optional.empty();
    drafted = List.of();
  }
}
