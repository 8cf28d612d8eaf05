package gate.report;

import gate.base.Reason;
import gate.journal.Entry;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that a run leaves for others to read; they appear whole, or none of them does. */
public final class Projections {
  private static final String JUNIT = "junit.xml";
  private static final String CTRF = "ctrf.json";
  private static final String SUMMARY = "summary.md";
  private static final String PAGE = "report.html";
  private static final String CHROME = "trace.perfetto.json";
  private static final String OTLP = "trace.otlp.json";

  private Projections() {}

  /**
   * Writes {@code report.html}, {@code junit.xml}, {@code ctrf.json} and {@code summary.md} beside
   * their places in the run's folder, and {@code junit.xml} and {@code ctrf.json} beside those in
   * the folder that others collect results from.
   *
   * @param resultsFolder made where it isn't there, and only for a run that counts; empty: nothing
   *     is published
   * @throws ProjectionFailed if one couldn't be written
   */
  public static Draft draft(Path runFolder, View view, Optional<Path> resultsFolder) {
    Map<Path, Draft.Content> files = all(runFolder, view, Logs.in(runFolder));
    resultsFolder.ifPresent(results -> {
      refuseUncounted(view);
      make(results);
      List.of(JUNIT, CTRF)
          .forEach(
              name -> files.put(results.resolve(name), new Draft.Copy(runFolder.resolve(name))));
    });
    return Draft.of(runFolder, files);
  }

  /**
   * Writes the four of what a view shows into a folder.
   *
   * @throws ProjectionFailed if one couldn't be written
   */
  public static void write(Path folder, View view, Logs logs) {
    Draft.of(folder, all(folder, view, logs)).place();
  }

  /**
   * Writes a run as traces, for Perfetto and for OpenTelemetry.
   *
   * @param entries the whole journal
   * @return the files
   * @throws ProjectionFailed if one couldn't be written
   */
  public static List<Path> traces(Path folder, List<Entry> entries) {
    Map<Path, Draft.Content> files = new LinkedHashMap<>();
    files.put(folder.resolve(CHROME), text(to -> ChromeTrace.write(entries, to)));
    files.put(folder.resolve(OTLP), text(to -> OtlpJson.write(entries, to)));
    Draft.of(folder, files).place();
    return List.copyOf(files.keySet());
  }

  private static void refuseUncounted(View view) {
    if (!view.counts()) {
      throw new ProjectionFailed(
          "the results of a %s aren't published"
              .formatted(
                  view.isDry()
                      ? "dry run"
                      : view.selected() ? "run of selected legs" : "part of a run"),
          null);
    }
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new ProjectionFailed(
          "cannot make the folder %s: something else lies there".formatted(folder), e);
    } catch (IOException e) {
      throw new ProjectionFailed(
          "cannot make the folder %s: %s".formatted(folder, Reason.of(e)), e);
    }
  }

  /**
   * Writes the page of a history.
   *
   * @throws ProjectionFailed if it couldn't be written
   */
  public static void write(Path file, String name, History history) {
    Draft.of(file, Map.of(file, text(to -> HistoryPage.write(name, history, to)))).place();
  }

  /**
   * Takes away what an earlier run published, so that nobody takes it for what a later one comes to
   * that is cut off.
   */
  public static void withdraw(Path resultsFolder) {
    Draft.remove(List.of(resultsFolder.resolve(JUNIT), resultsFolder.resolve(CTRF)));
  }

  /** Whether the four of a run lie in its folder. */
  public static boolean areIn(Path runFolder) {
    return Stream.of(JUNIT, CTRF, SUMMARY, PAGE)
        .allMatch(name -> Files.isRegularFile(runFolder.resolve(name)));
  }

  /**
   * Removes what a gate that was killed while it wrote left beside the places of a run's files.
   * Whoever asks holds the run's lock, or a gate that writes them now would lose them.
   *
   * @param really whether it is done, and not only told
   * @return the files
   */
  public static List<Path> clear(Path runFolder, Path resultsFolder, boolean really) {
    List<Path> left =
        Stream.of(runFolder, resultsFolder)
            .flatMap(folder -> Draft.left(runFolder, folder).stream())
            .toList();
    if (really) {
      Draft.remove(left);
    }
    return left;
  }

  private static Map<Path, Draft.Content> all(Path folder, View view, Logs logs) {
    Map<Path, Draft.Content> files = results(folder, view);
    files.put(folder.resolve(SUMMARY), text(to -> to.write(SummaryMd.render(view))));
    files.put(folder.resolve(PAGE), text(to -> Page.write(view, logs, to)));
    return files;
  }

  private static Map<Path, Draft.Content> results(Path folder, View view) {
    Map<Path, Draft.Content> files = new LinkedHashMap<>();
    files.put(folder.resolve(JUNIT), text(to -> JunitXml.write(view, to)));
    files.put(folder.resolve(CTRF), text(to -> CtrfJson.write(view, to)));
    return files;
  }

  private static Draft.Text text(Draft.Text text) {
    return text;
  }

  /**
   * What the reports of a run show.
   *
   * @throws ProjectionFailed if the entries aren't those of one journal
   */
  public static View view(List<Entry> entries) {
    try {
      return View.of(entries);
    } catch (IllegalArgumentException e) {
      throw new ProjectionFailed("the journal can't be reported: " + e.getMessage(), e);
    }
  }
}
