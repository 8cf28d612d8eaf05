package gate.report;

import gate.base.Reason;
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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files that lie whole beside their places, on the disk, and appear there all or none of them. One
 * that can't be written or placed takes all others away, and what was in their places: a report
 * that is left alone could say better than the run ends.
 */
public final class Draft implements AutoCloseable {
  private final Path owner;
  private final Map<Path, Content> files;
  private final Map<Path, Path> temporaries = new LinkedHashMap<>();

  private Draft(Path owner, Map<Path, Content> files) {
    this.owner = owner;
    this.files = files;
  }

  /** What stands in a file. */
  sealed interface Content {}

  /** A text. */
  non-sealed interface Text extends Content {
    void write(Writer to) throws IOException;
  }

  /** The same as in the place of another file of the draft, which is before it. */
  record Copy(Path of) implements Content {}

  /**
   * Writes the files beside the places that they are for.
   *
   * @param owner the folder of what they tell of, by which {@link #left} knows them
   * @throws ProjectionFailed if one couldn't be written
   */
  static Draft of(Path owner, Map<Path, Content> files) {
    Draft draft = new Draft(owner, files);
    draft.each(files.keySet(), draft::write);
    return draft;
  }

  /**
   * Puts them in their places, the first one last: where that is there, all are.
   *
   * @throws ProjectionFailed if one couldn't be put there
   */
  public void place() {
    each(
        List.copyOf(files.keySet()).reversed(),
        place -> Files.move(temporaries.get(place), place, StandardCopyOption.ATOMIC_MOVE));
    temporaries.clear();
  }

  /** Takes away what isn't in its place. */
  @Override
  public void close() {
    remove(temporaries.values());
  }

  /**
   * What lies in a folder of an owner's drafts; with nobody at work on one: what was left there.
   */
  static List<Path> left(Path owner, Path folder) {
    Pattern name = Pattern.compile("\\..+\\." + mark(owner) + "\\.\\d+");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(it -> name.matcher(it.getFileName().toString()).matches())
          .filter(it -> Files.isRegularFile(it, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of(); // nothing that could be seen
    }
  }

  private static String mark(Path owner) {
    return "%08x".formatted(owner.toAbsolutePath().normalize().toString().hashCode());
  }

  private interface Deed {
    void to(Path place) throws IOException;
  }

  private void each(Collection<Path> places, Deed deed) {
    Path now = null;
    boolean done = false;
    try {
      for (Path place : places) {
        now = place;
        deed.to(place);
      }
      done = true;
    } catch (IOException e) {
      throw new ProjectionFailed("cannot write %s: %s".formatted(now, Reason.of(e)), e);
    } finally {
      if (!done) {
        close();
        remove(files.keySet());
      }
    }
  }

  private void write(Path place) throws IOException {
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is a folder");
    }
    Path temporary =
        place.resolveSibling(
            ".%s.%s.%d"
                .formatted(
                    place.getFileName(),
                    mark(owner),
                    ThreadLocalRandom.current().nextLong(1L << 48)));
    temporaries.put(place, temporary);
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      switch (files.get(place)) {
        case Text text -> {
          Writer to =
              new BufferedWriter(
                  new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8),
                  1 << 16);
          text.write(to);
          to.flush();
        }
        case Copy copy -> Files.copy(temporaries.get(copy.of()), Channels.newOutputStream(channel));
      }
      channel.force(false);
    }
  }

  /** Removes files, where they are there and can be removed. */
  static void remove(Collection<Path> files) {
    for (Path file : files) {
      try {
        if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        // it can't be helped, and what it is left for is told
      }
    }
  }
}
