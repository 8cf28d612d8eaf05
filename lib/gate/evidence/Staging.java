package gate.evidence;

import gate.base.Mounts;
import gate.base.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * Where evidence is put together, out of git's sight, until it moves to its place as a whole. Held
 * by one process at a time; what another left that was killed is deleted.
 */
final class Staging implements AutoCloseable {
  private static final Path PLACE = Path.of(".cccc", "work", "promoting");
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel lock;

  private Staging(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * An empty one.
   *
   * @throws EvidenceRefused where another process has it, or it can't be made
   */
  static Staging open(Path definitionFolder) {
    Path place = definitionFolder.resolve(PLACE);
    try {
      Files.createDirectories(place);
      FileChannel lock =
          FileChannel.open(
              place.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      if (!locked(lock)) {
        lock.close();
        throw new EvidenceRefused(
            "another process keeps a run just now; wait for its end, and try again");
      }
      try (Stream<Path> old = Files.list(place)) {
        for (Path path : old.filter(it -> !it.endsWith(LOCK)).toList()) {
          delete(path);
        }
      }
      return new Staging(Files.createDirectory(place.resolve("evidence")), lock);
    } catch (IOException e) {
      throw new EvidenceRefused("%s can't be written to: %s".formatted(place, Reason.of(e)));
    }
  }

  private static boolean locked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The folder to fill. */
  Path folder() {
    return folder;
  }

  /** Moves all of it to its place, which isn't there yet, at once. */
  void moveTo(Path target) throws IOException {
    sync(folder);
    Files.createDirectories(target.getParent());
    Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
    syncOne(target.getParent());
  }

  private static void sync(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        syncOne(path);
      }
    }
  }

  private static void syncOne(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      file.force(true);
    }
  }

  /**
   * Deletes a file, or a folder with all that is in it; links are deleted, not followed.
   *
   * @throws Mounts.Mounted where something is mounted in it; then all of it stays
   */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Mounts.refuse(path);
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() {
    try (lock) {
      delete(folder);
    } catch (IOException e) {
      // the next one deletes it
    }
  }
}
