package gate.kernel;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import gate.base.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;

/**
 * A folder that is gone with its content when it is closed. Its lock tells others that it is in
 * use; one whose gate was killed goes when the next one is made.
 */
final class TempFolder implements AutoCloseable {
  private static final String PREFIX = "matrix-";
  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel lock;

  private TempFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** A new one among the system's temporary folders, for this user only. */
  static TempFolder create() {
    try {
      // under another name until it is locked: nobody may take it for a stale one
      Path unnamed = Files.createTempDirectory("new-" + PREFIX).toRealPath();
      clearStale(unnamed.getParent(), Files.getOwner(unnamed));
      FileChannel lock = FileChannel.open(unnamed.resolve(LOCK), CREATE_NEW, WRITE);
      lock.lock();
      String name = unnamed.getFileName().toString().substring("new-".length());
      Path path = Files.move(unnamed, unnamed.resolveSibling(name));
      return new TempFolder(path, lock);
    } catch (IOException e) {
      throw new Broken("cannot make a temporary folder: " + Reason.of(e));
    }
  }

  /** Never while this process holds such a lock: closing its file, however opened, gives it up. */
  private static void clearStale(Path folder, UserPrincipal user) throws IOException {
    try (DirectoryStream<Path> others = Files.newDirectoryStream(folder, PREFIX + "*")) {
      for (Path other : others) {
        Path file = other.resolve(LOCK);
        try {
          if (isOf(user, other) && isOf(user, file)) {
            clearUnlocked(other, file);
          }
        } catch (IOException | OverlappingFileLockException e) {
          // it goes already, or is somebody's to clear
        }
      }
    }
  }

  private static void clearUnlocked(Path other, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      if (channel.tryLock() != null) {
        delete(other);
      }
    }
  }

  /** Somebody else's is theirs to clear, and might change under our hands into a link. */
  private static boolean isOf(UserPrincipal user, Path path) throws IOException {
    return !Files.isSymbolicLink(path) && Files.getOwner(path, NOFOLLOW_LINKS).equals(user);
  }

  Path path() {
    return path;
  }

  /** A folder in it, made. */
  Path folder(String name) {
    try {
      return Files.createDirectories(path.resolve(name));
    } catch (IOException e) {
      throw new Broken("cannot make a temporary folder: " + Reason.of(e));
    }
  }

  /** Deletes a folder with all that is in it; links are deleted, not followed. */
  static void delete(Path folder) throws IOException {
    if (!folder.toFile().exists()) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            if (!Files.isWritable(dir) || !Files.isExecutable(dir)) {
              Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
            }
            return FileVisitResult.CONTINUE;
          }

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
    try {
      delete(path);
      lock.close();
    } catch (IOException e) {
      throw new Broken("cannot delete the temporary folder %s: %s".formatted(path, Reason.of(e)));
    }
  }
}
