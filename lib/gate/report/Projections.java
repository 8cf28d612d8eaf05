package gate.report;

import gate.base.Reason;
import gate.journal.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The files that a run leaves for others to read; each appears whole or not at all. */
public final class Projections {
  private static final String JUNIT = "junit.xml";
  private static final String CTRF = "ctrf.json";
  private static final String SUMMARY = "summary.md";

  private Projections() {}

  /**
   * Writes {@code junit.xml}, {@code ctrf.json} and {@code summary.md} into the run's folder.
   *
   * @param entries the whole journal
   * @throws ProjectionFailed if one couldn't be written
   */
  public static void write(Path runFolder, List<Entry> entries) {
    View view = view(entries);
    Map<String, String> files = new LinkedHashMap<>();
    files.put(JUNIT, JunitXml.render(view));
    files.put(CTRF, CtrfJson.render(view));
    files.put(SUMMARY, SummaryMd.render(view));
    files.forEach((name, text) -> place(runFolder.resolve(name), text));
  }

  /**
   * Writes {@code junit.xml} and {@code ctrf.json} into the folder that others collect results
   * from, which is made where it isn't there.
   *
   * @param entries the whole journal, of a run of all legs that was no dry run
   * @throws ProjectionFailed if one couldn't be written
   */
  public static void publish(List<Entry> entries, Path resultsFolder) {
    View view = view(entries);
    if (view.isDry() || view.selected()) {
      throw new ProjectionFailed(
          "the results of a %s aren't published"
              .formatted(view.isDry() ? "dry run" : "run of selected legs"),
          null);
    }
    try {
      Files.createDirectories(resultsFolder);
    } catch (IOException e) {
      throw new ProjectionFailed(
          "cannot make the folder %s: %s".formatted(resultsFolder, Reason.of(e)), e);
    }
    place(resultsFolder.resolve(JUNIT), JunitXml.render(view));
    place(resultsFolder.resolve(CTRF), CtrfJson.render(view));
  }

  private static View view(List<Entry> entries) {
    try {
      return View.of(entries);
    } catch (IllegalArgumentException e) {
      throw new ProjectionFailed("the journal can't be reported: " + e.getMessage(), e);
    }
  }

  private static void place(Path file, String text) {
    Path temporary =
        file.resolveSibling(
            "." + file.getFileName() + "." + ThreadLocalRandom.current().nextLong(1L << 48));
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(false);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      remove(temporary, e);
      throw new ProjectionFailed("cannot write %s: %s".formatted(file, Reason.of(e)), e);
    }
  }

  private static void remove(Path temporary, IOException because) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}
