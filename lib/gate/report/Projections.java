package gate.report;

import gate.base.Reason;
import gate.journal.Entry;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

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
   * Writes {@code report.html}, {@code junit.xml}, {@code ctrf.json} and {@code summary.md} into
   * the run's folder.
   *
   * @param entries the whole journal
   * @param since what differs from an earlier run
   * @throws ProjectionFailed if one couldn't be written
   */
  public static void write(Path runFolder, List<Entry> entries, Optional<Since> since) {
    write(runFolder, view(entries).since(since), Logs.in(runFolder));
  }

  /**
   * Writes the same four of what a view shows into a folder.
   *
   * @throws ProjectionFailed if one couldn't be written
   */
  public static void write(Path folder, View view, Logs logs) {
    Map<Path, Content> files = results(folder, view);
    files.put(folder.resolve(SUMMARY), to -> to.write(SummaryMd.render(view)));
    files.put(folder.resolve(PAGE), to -> Page.write(view, logs, to));
    place(files);
  }

  /**
   * Writes a run as traces, for Perfetto and for OpenTelemetry.
   *
   * @param entries the whole journal
   * @return the files
   * @throws ProjectionFailed if one couldn't be written
   */
  public static List<Path> traces(Path folder, List<Entry> entries) {
    Map<Path, Content> files = new LinkedHashMap<>();
    files.put(folder.resolve(CHROME), to -> ChromeTrace.write(entries, to));
    files.put(folder.resolve(OTLP), to -> OtlpJson.write(entries, to));
    place(files);
    return List.copyOf(files.keySet());
  }

  /**
   * Writes {@code junit.xml} and {@code ctrf.json} into the folder that others collect results
   * from, which is made where it isn't there.
   *
   * @param entries the whole journal, of a run of all legs that was no dry run and no part
   * @throws ProjectionFailed if one couldn't be written
   */
  public static void publish(List<Entry> entries, Path resultsFolder) {
    View view = view(entries);
    if (view.isDry() || !view.mark().isEmpty()) {
      throw new ProjectionFailed(
          "the results of a %s aren't published"
              .formatted(
                  view.isDry()
                      ? "dry run"
                      : view.selected() ? "run of selected legs" : "part of a run"),
          null);
    }
    try {
      Files.createDirectories(resultsFolder);
    } catch (IOException e) {
      throw new ProjectionFailed(
          "cannot make the folder %s: %s".formatted(resultsFolder, Reason.of(e)), e);
    }
    place(results(resultsFolder, view));
  }

  /**
   * Writes the page of a history.
   *
   * @throws ProjectionFailed if it couldn't be written
   */
  public static void write(Path file, String name, History history) {
    place(Map.of(file, to -> HistoryPage.write(name, history, to)));
  }

  /**
   * Sees whether {@link #publish} can write into a folder, and makes it where it isn't there.
   *
   * @throws ProjectionFailed if it can't
   */
  public static void check(Path resultsFolder) {
    Path now = resultsFolder;
    try {
      Files.createDirectories(resultsFolder);
      Files.delete(Files.createTempFile(resultsFolder, ".writable-", ""));
      for (String name : List.of(JUNIT, CTRF)) {
        now = resultsFolder.resolve(name);
        if (Files.isDirectory(now, LinkOption.NOFOLLOW_LINKS)) {
          throw new IOException("it is a folder");
        }
      }
    } catch (IOException e) {
      throw new ProjectionFailed("cannot write to %s: %s".formatted(now, Reason.of(e)), e);
    }
  }

  /**
   * Takes away what an earlier run published, so that nobody takes it for what a later one comes to
   * that is cut off. What can't be taken away {@link #check} finds.
   */
  public static void withdraw(Path resultsFolder) {
    ProjectionFailed because = new ProjectionFailed("", null);
    List.of(JUNIT, CTRF).forEach(name -> remove(resultsFolder.resolve(name), because));
  }

  private interface Content {
    void write(Writer to) throws IOException;
  }

  private static Map<Path, Content> results(Path folder, View view) {
    Map<Path, Content> files = new LinkedHashMap<>();
    files.put(folder.resolve(JUNIT), to -> JunitXml.write(view, to));
    files.put(folder.resolve(CTRF), to -> CtrfJson.write(view, to));
    return files;
  }

  private static View view(List<Entry> entries) {
    try {
      return View.of(entries);
    } catch (IllegalArgumentException e) {
      throw new ProjectionFailed("the journal can't be reported: " + e.getMessage(), e);
    }
  }

  /** All of them or none: a report that is left alone could say better than the run ends. */
  private static void place(Map<Path, Content> files) {
    Map<Path, Path> temporaries = new LinkedHashMap<>();
    Path now = null;
    try {
      for (Map.Entry<Path, Content> file : files.entrySet()) {
        now = file.getKey();
        Path temporary =
            now.resolveSibling(
                "." + now.getFileName() + "." + ThreadLocalRandom.current().nextLong(1L << 48));
        temporaries.put(temporary, now);
        write(temporary, file.getValue());
      }
      for (Map.Entry<Path, Path> file : temporaries.entrySet()) {
        now = file.getValue();
        Files.move(file.getKey(), now, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (RuntimeException e) {
      temporaries.keySet().forEach(it -> remove(it, e));
      files.keySet().forEach(it -> remove(it, e));
      throw e;
    } catch (IOException e) {
      temporaries.keySet().forEach(it -> remove(it, e));
      files.keySet().forEach(it -> remove(it, e));
      throw new ProjectionFailed("cannot write %s: %s".formatted(now, Reason.of(e)), e);
    }
  }

  private static void write(Path file, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Writer to =
          new BufferedWriter(
              new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8),
              1 << 16);
      content.write(to);
      to.flush();
      channel.force(false);
    }
  }

  private static void remove(Path file, Exception because) {
    try {
      if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}
