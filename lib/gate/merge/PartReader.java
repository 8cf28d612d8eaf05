package gate.merge;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import gate.base.Reason;
import gate.base.Shown;
import gate.journal.Entry;
import gate.journal.Event.PartTaken;
import gate.journal.JournalFailed;
import gate.journal.JournalReader;
import gate.journal.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the folders of parts. */
final class PartReader {
  private static final String JOURNAL = "events.jsonl";

  /** More than anybody runs; whoever forges a journal may claim any. */
  private static final int MOST_PARTS = 1_000_000;

  private PartReader() {}

  /**
   * The part in a folder; empty where there is none that could be joined.
   *
   * @param problems hears why
   */
  static Optional<PartRun> read(Path folder, Consumer<String> problems) {
    Path journal = folder.resolve(JOURNAL);
    try {
      if (!Files.isRegularFile(journal, NOFOLLOW_LINKS)) {
        throw new IllegalArgumentException("it holds no " + JOURNAL + " that is a plain file");
      }
      String digest = sha256(journal);
      List<Entry> entries = JournalReader.read(journal);
      RunRecord run = RunRecord.of(entries);
      check(run);
      return Optional.of(new PartRun(folder, Counted.of(entries), run, digest));
    } catch (IOException e) {
      problems.accept("%s can't be read: %s".formatted(shown(folder), Reason.of(e)));
    } catch (JournalFailed | IllegalArgumentException e) {
      problems.accept("%s holds no part of a run: %s".formatted(shown(folder), e.getMessage()));
    } catch (RuntimeException e) { // whatever is in it, there has to be a verdict
      problems.accept("%s holds what makes no sense: %s".formatted(shown(folder), e));
    }
    return Optional.empty();
  }

  private static String shown(Path folder) {
    return Shown.value(folder.toString());
  }

  private static void check(RunRecord run) {
    PartTaken part =
        run.part()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    run.legs().isEmpty()
                        ? "it was cut off before it had a plan"
                        : "it holds a run that isn't a part of one; parts are run with --shard"
                            + " K/N"));
    List<Integer> places = part.places();
    boolean sound =
        List.of("shard", "leg").contains(part.kind())
            && 1 <= part.index()
            && part.index() <= part.count()
            && part.count() <= MOST_PARTS
            && places.stream().allMatch(place -> 1 <= place && place <= part.all())
            && places.stream().sorted().distinct().toList().equals(places)
            && (run.legs().isEmpty() || run.legs().size() == places.size());
    if (!sound) {
      throw new IllegalArgumentException("what it says of the part that it is makes no sense");
    }
    if (run.legs().size() != places.size()) {
      throw new IllegalArgumentException(part.label() + " was cut off before it had a plan");
    }
  }

  private static String sha256(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(
            Files.newInputStream(file, NOFOLLOW_LINKS), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
