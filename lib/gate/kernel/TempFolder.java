package gate.kernel;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import gate.base.Mounts;
import gate.base.Reason;
import gate.kernel.process.Marked;
import gate.kernel.process.Survivor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A folder that is gone with its content when it is closed. Its lock tells others that it is in
 * use; one whose gate was killed goes with {@link #clearStale}, and with it the processes that are
 * marked as its own. While it is made or deleted, and may have no lock, it has another name, which
 * tells who does so.
 */
public final class TempFolder implements AutoCloseable {
  private static final String PREFIX = "matrix-";
  private static final String LOCK = "lock";
  private static final int LONGEST = 8192;
  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwx------");

  /**
   * This process's own: to open the file of such a lock, and to close it, would give the lock up.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lock;

  private TempFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** A new one among the system's temporary folders, for this user only, and for no run. */
  public static TempFolder create() {
    return create(Path.of(""), 0);
  }

  /**
   * A new one among the system's temporary folders, for this user only.
   *
   * @param run the folder of the run that it is for; empty: none's
   * @param mark by which processes are found that go with it; 0: none
   * @throws Broken where it can't be had
   */
  static TempFolder create(Path run, long mark) {
    try {
      Path unnamed = Files.createTempDirectory(Maker.prefix() + PREFIX).toRealPath();
      OWN.add(unnamed);
      try {
        return named(unnamed, mark + " " + run);
      } catch (IOException e) {
        abandon(unnamed, e);
        throw e;
      } finally {
        OWN.remove(unnamed);
      }
    } catch (IOException e) {
      throw cannotMake(e);
    }
  }

  private static Broken cannotMake(IOException e) {
    return new Broken(
        "cannot make a temporary folder in %s: %s"
            .formatted(System.getProperty("java.io.tmpdir"), Reason.of(e)));
  }

  private static TempFolder named(Path unnamed, String whose) throws IOException {
    FileChannel lock = FileChannel.open(unnamed.resolve(LOCK), CREATE_NEW, WRITE);
    Path path = unnamed.resolveSibling(PREFIX + random(unnamed));
    OWN.add(path);
    try {
      lock.lock();
      lock.write(ByteBuffer.wrap(whose.getBytes(StandardCharsets.UTF_8)));
      return new TempFolder(Files.move(unnamed, path), lock);
    } catch (IOException e) {
      OWN.remove(path);
      lock.close();
      throw e;
    }
  }

  private static void abandon(Path unnamed, IOException why) {
    try {
      deleteAll(unnamed);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private static String random(Path folder) {
    String name = folder.getFileName().toString();
    return name.substring(name.lastIndexOf('-') + 1);
  }

  /**
   * What became of those whose gates are dead.
   *
   * @param cleared what went, or would: folders and processes
   * @param kept those that have to stay, a sentence each
   */
  record Stale(List<String> cleared, List<String> kept) {}

  /**
   * Deletes this user's whose gates are dead.
   *
   * @param run the folder of the run that is meant; empty: whatever they were for
   * @param really whether they are deleted, and not only named
   */
  static Stale clearStale(Optional<String> run, boolean really) {
    try {
      Path probe = Files.createTempDirectory(Maker.prefix() + PREFIX).toRealPath();
      try {
        return clearStale(probe, run, really);
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      throw cannotMake(e);
    }
  }

  /**
   * @param mine what was just made among them: whose it is, and how late it is by the file system
   */
  private static Stale clearStale(Path mine, Optional<String> run, boolean really)
      throws IOException {
    UserPrincipal user = Files.getOwner(mine);
    Instant now = Files.getLastModifiedTime(mine).toInstant();
    List<String> cleared = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(mine.getParent(), "{" + Maker.NEW + "*,}" + PREFIX + "*")) {
      for (Path other : others) {
        try {
          if (!other.equals(mine)
              && !OWN.contains(other)
              && isOf(user, other)
              && !Maker.isAtIt(other, now)) {
            clear(other, user, run, really, cleared);
          }
        } catch (Mounts.Mounted e) {
          kept.add("%s: %s".formatted(other, e.getReason()));
        } catch (NoSuchFileException | NotDirectoryException | OverlappingFileLockException e) {
          // it goes already, or is none
        } catch (Marked.Undying e) {
          kept.add("%s: its processes %s".formatted(other, e.getMessage()));
        } catch (IOException e) {
          kept.add("%s can't be deleted: %s".formatted(other, Reason.of(e)));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // a folder that nobody may list has none to clear
    }
    return new Stale(List.copyOf(cleared), List.copyOf(kept));
  }

  private static void clear(
      Path folder, UserPrincipal user, Optional<String> run, boolean really, List<String> cleared)
      throws IOException, Marked.Undying {
    Path file = folder.resolve(LOCK);
    if (!Files.exists(file, NOFOLLOW_LINKS)) {
      if (run.isEmpty() && isBare(folder)) {
        if (really) {
          Files.delete(folder); // which it is not where it isn't bare any more
        }
        cleared.add("temporary folder " + folder);
      }
      return;
    }
    if (!isOf(user, file)) {
      return;
    }
    try (FileChannel lock = FileChannel.open(file, READ, WRITE, NOFOLLOW_LINKS)) {
      if (lock.tryLock() == null) {
        return;
      }
      String whose = read(lock);
      int blank = whose.indexOf(' ');
      if (run.isEmpty() || run.get().equals(whose.substring(blank + 1))) {
        for (Survivor process : marked(whose.substring(0, Math.max(0, blank)), really)) {
          cleared.add("process %d (%s)".formatted(process.pid(), process.command()));
        }
        gone(folder, really, cleared);
      }
    }
  }

  private static List<Survivor> marked(String mark, boolean really) throws Marked.Undying {
    try {
      long number = Long.parseLong(mark);
      return really ? Marked.end(number) : Marked.find(number);
    } catch (NumberFormatException e) {
      return List.of(); // an older gate's, or broken
    }
  }

  /** Whether its gate was killed before there was a lock, or when there was none any more. */
  private static boolean isBare(Path folder) throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      return Maker.isNew(folder) && !content.iterator().hasNext();
    }
  }

  private static String read(FileChannel lock) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(LONGEST);
    lock.read(text);
    return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
  }

  private static void gone(Path folder, boolean really, List<String> cleared) throws IOException {
    if (really) {
      discard(folder);
    } else {
      Mounts.refuse(folder);
    }
    cleared.add("temporary folder " + folder);
  }

  /** Its lock goes last, and by then it has the other name: it can always be told as nobody's. */
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
    String last = Maker.prefix() + PREFIX + random(folder);
    deleteAll(Files.move(folder, folder.resolveSibling(last)));
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
              Files.setPosixFilePermissions(dir, OPEN);
            }
            return FileVisitResult.CONTINUE;
          }

          /** A folder that can't be read comes here, unvisited. */
          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
            if (!Files.isDirectory(path, NOFOLLOW_LINKS) || Files.isReadable(path)) {
              throw e;
            }
            Files.setPosixFilePermissions(path, OPEN);
            if (!Files.isReadable(path)) {
              throw e;
            }
            deleteAll(path);
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
      OWN.remove(path);
    } catch (IOException e) {
      throw new Broken("cannot delete the temporary folder %s: %s".formatted(path, Reason.of(e)));
    }
  }
}
