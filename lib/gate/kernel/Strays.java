package gate.kernel;

import gate.base.ChangeTime;
import gate.host.Sources;
import gate.journal.Event.StrayBuilt;
import gate.journal.Journal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Packages and settings that a run goes by and no commit holds. They can't bind it to one; that
 * they stay as they are while it goes on is seen to all the same. For any thread.
 */
final class Strays {
  /** Not sources, where cargo or git wrote there. */
  private static final Set<String> PASSED_OVER = Set.of("target", ".git");

  private final Sources sources;
  private final FileTime began;
  private final Map<Path, String> digests = new TreeMap<>();
  private final Set<Path> told = new TreeSet<>();
  private final Set<Path> changed = new TreeSet<>();

  /**
   * @param temp a folder of the run's own, to tell its start by the file system's clock
   */
  Strays(Sources sources, Path temp) throws IOException {
    this.sources = sources;
    this.began = ChangeTime.of(Files.createTempFile(temp, "began-", ""));
  }

  /** Has a file or folder be looked at once more at the end. */
  synchronized String watch(Path path) throws IOException {
    String digest = digest(path);
    digests.putIfAbsent(path, digest);
    return digest;
  }

  /** What stands now where those were built before: its digest, or {@code missing}; by path. */
  static Map<String, String> now(List<StrayBuilt> before) throws IOException {
    Map<String, String> now = new TreeMap<>();
    for (StrayBuilt stray : before) {
      Path path = Path.of(stray.path());
      now.put(stray.path(), Files.exists(path) ? digest(path) : "missing");
    }
    return now;
  }

  /** Has what was built before be looked at once more at the end, too. */
  synchronized void keep(Map<String, String> before) {
    before.forEach((path, digest) -> digests.put(Path.of(path), digest));
  }

  /**
   * A package's manifest and sources, when it was built: told where no commit holds them, and noted
   * where they aren't what was read at the run's start, whatever becomes of them until its end.
   */
  synchronized void built(Path manifest, List<Path> built, Journal journal) {
    try {
      Path own = manifest.toRealPath();
      if (sources.isStray(own)) {
        tell(own.getParent(), journal);
      }
      for (Path source : built) {
        Path file = source.toRealPath();
        boolean stray = sources.isStray(file) && !sources.isWithin(file); // git ignores some
        if (stray && told.stream().noneMatch(file::startsWith)) {
          tell(file, journal);
        } else if (ChangeTime.of(file, LinkOption.NOFOLLOW_LINKS).compareTo(began) > 0
            && (stray || sources.differs(file))) {
          changed.add(file);
        }
      }
    } catch (IOException e) {
      changed.add(manifest); // it was there when it was built
    }
  }

  private void tell(Path path, Journal journal) throws IOException {
    if (told.add(path)) {
      journal.append(new StrayBuilt(path.toString(), watch(path)));
      for (Path file : files(path)) {
        if (ChangeTime.of(file, LinkOption.NOFOLLOW_LINKS).compareTo(began) > 0) {
          changed.add(file);
        }
      }
    }
  }

  /** Those that have changed since the run began. */
  synchronized List<String> changed() {
    Set<Path> all = new TreeSet<>(changed);
    digests.forEach((path, digest) -> {
      try {
        if (!digest(path).equals(digest)) {
          all.add(path);
        }
      } catch (IOException e) {
        all.add(path);
      }
    });
    return all.stream().map(Path::toString).toList();
  }

  private static String digest(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return Files.isRegularFile(path) ? AsRead.sha256(path) : "";
    }
    StringBuilder all = new StringBuilder();
    for (Path file : files(path)) {
      String what = Files.isRegularFile(file) ? AsRead.sha256(file) : "";
      all.append(path.relativize(file)).append('\0').append(what).append('\n');
    }
    return AsRead.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static List<Path> files(Path path) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return !folder.equals(path) && PASSED_OVER.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }
}
