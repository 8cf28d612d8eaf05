package gate.kernel;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import gate.base.Mounts;
import gate.base.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder that is gone with its content when it is closed. Its lock tells others that it is in
 * use; one whose gate was killed goes when the next one is made. Until it is locked it has another
 * name, which tells the run that it is made for.
 */
public final class TempFolder implements AutoCloseable {
  private static final String PREFIX = "matrix-";
  private static final String NEW = "new-";
  private static final String LOCK = "lock";

  /** How long the making of one takes at most, by far: an older one without a lock is nobody's. */
  private static final Duration MAKING = Duration.ofHours(1);

  private static final int LONGEST = 8192;
  private static final int KEY = 12;

  private final Path path;
  private final FileChannel lock;

  private TempFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * A new one among the system's temporary folders, for this user only.
   *
   * @param run the folder of the run that it is for; empty: none's
   */
  public static TempFolder create(Path run) {
    Path among = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      Path unnamed = Files.createTempDirectory(beginning(run.toString())).toRealPath();
      try {
        return named(unnamed, run);
      } catch (IOException e) {
        discard(unnamed);
        throw e;
      }
    } catch (IOException e) {
      throw new Broken("cannot make a temporary folder in %s: %s".formatted(among, Reason.of(e)));
    }
  }

  private static TempFolder named(Path unnamed, Path run) throws IOException {
    clearStale(unnamed, Optional.empty(), true);
    FileChannel lock = FileChannel.open(unnamed.resolve(LOCK), CREATE_NEW, WRITE);
    try {
      lock.lock();
      lock.write(ByteBuffer.wrap(run.toString().getBytes(StandardCharsets.UTF_8)));
      String name = unnamed.getFileName().toString();
      String random = name.substring(name.lastIndexOf('-') + 1);
      return new TempFolder(Files.move(unnamed, unnamed.resolveSibling(PREFIX + random)), lock);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /** What the names of those begin with that are being made for a run; empty: for none. */
  static String beginning(String run) {
    if (run.isEmpty()) {
      return NEW + PREFIX;
    }
    String digest = AsRead.sha256(run.getBytes(StandardCharsets.UTF_8));
    return NEW + PREFIX + digest.substring(0, KEY) + "-";
  }

  /**
   * What became of those whose gates are dead.
   *
   * @param cleared those that went, or would
   * @param kept those that have to stay, a sentence each
   */
  record Stale(List<Path> cleared, List<String> kept) {}

  /**
   * Deletes this user's whose gates are dead. Never while this process holds such a lock: closing
   * its file, however opened, gives it up.
   *
   * @param lost the folder of the run that is meant, which the caller knows to have no gate; empty:
   *     whatever run they were for
   * @param really whether they are deleted, and not only named
   */
  static Stale clearStale(Optional<String> lost, boolean really) {
    try {
      Path probe = Files.createTempDirectory(beginning("")).toRealPath();
      try {
        return clearStale(probe, lost, really);
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      throw new Broken("cannot look for temporary folders: " + Reason.of(e));
    }
  }

  /**
   * @param mine what was just made among them: whose it is, and how late it is by the file system
   */
  private static Stale clearStale(Path mine, Optional<String> lost, boolean really)
      throws IOException {
    UserPrincipal user = Files.getOwner(mine);
    Instant now = Files.getLastModifiedTime(mine).toInstant();
    List<Path> cleared = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(mine.getParent(), "{" + NEW + ",}" + PREFIX + "*")) {
      for (Path other : others) {
        try {
          boolean ofLost = lost.isPresent() && name(other).startsWith(beginning(lost.get()));
          if (isOf(user, other)
              && (ofLost || !isBeingMade(other, now))
              && cleared(other, user, ofLost ? Optional.empty() : lost, really)) {
            cleared.add(other);
          }
        } catch (Mounts.Mounted e) {
          kept.add("%s: %s".formatted(other, e.getReason()));
        } catch (IOException | OverlappingFileLockException e) {
          // it goes already, or is somebody's to clear
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // a folder that nobody may list has none to clear
    }
    return new Stale(List.copyOf(cleared), List.copyOf(kept));
  }

  /**
   * @param run which it has to be for by its lock; empty: whatever it is for
   */
  private static boolean cleared(
      Path folder, UserPrincipal user, Optional<String> run, boolean really) throws IOException {
    Path file = folder.resolve(LOCK);
    if (!Files.exists(file, NOFOLLOW_LINKS)) {
      return isBare(folder) && run.isEmpty() && gone(folder, really);
    }
    if (!isOf(user, file)) {
      return false;
    }
    try (FileChannel lock = FileChannel.open(file, READ, WRITE, NOFOLLOW_LINKS)) {
      return lock.tryLock() != null
          && (run.isEmpty() || run.get().equals(read(lock)))
          && gone(folder, really);
    }
  }

  private static String name(Path folder) {
    return folder.getFileName().toString();
  }

  private static boolean isNew(Path folder) {
    return name(folder).startsWith(NEW);
  }

  /** It may not be locked yet. */
  private static boolean isBeingMade(Path folder, Instant now) throws IOException {
    return isNew(folder)
        && Files.getLastModifiedTime(folder, NOFOLLOW_LINKS).toInstant().isAfter(now.minus(MAKING));
  }

  /** Whether its gate was killed before there was a lock. */
  private static boolean isBare(Path folder) throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      return isNew(folder) && !content.iterator().hasNext();
    }
  }

  private static String read(FileChannel lock) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(LONGEST);
    lock.read(text);
    return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
  }

  private static boolean gone(Path folder, boolean really) throws IOException {
    if (really) {
      discard(folder);
    } else {
      Mounts.refuse(folder);
    }
    return true;
  }

  /** Its lock goes last: whatever cuts this off, it can be told as nobody's. */
  private static void discard(Path folder) throws IOException {
    if (!folder.toFile().exists()) {
      return;
    }
    Mounts.refuse(folder);
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      for (Path path : content) {
        if (!path.endsWith(LOCK) && path.toFile().exists()) {
          deleteAll(path);
        }
      }
    }
    deleteAll(folder);
  }

  /** Somebody else's is theirs to clear, and might change under our hands into a link. */
  private static boolean isOf(UserPrincipal user, Path path) throws IOException {
    return !Files.isSymbolicLink(path) && Files.getOwner(path, NOFOLLOW_LINKS).equals(user);
  }

  public Path path() {
    return path;
  }

  /** A folder in it, made. */
  public Path folder(String name) {
    try {
      return Files.createDirectories(path.resolve(name));
    } catch (IOException e) {
      throw new Broken("cannot make a temporary folder: " + Reason.of(e));
    }
  }

  /**
   * Deletes a folder with all that is in it; links are deleted, not followed.
   *
   * @throws Mounts.Mounted where something is mounted in it; then all of it stays
   */
  static void delete(Path folder) throws IOException {
    if (!folder.toFile().exists()) {
      return;
    }
    Mounts.refuse(folder);
    deleteAll(folder);
  }

  private static void deleteAll(Path folder) throws IOException {
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
      discard(path);
      lock.close();
    } catch (IOException e) {
      throw new Broken("cannot delete the temporary folder %s: %s".formatted(path, Reason.of(e)));
    }
  }
}
