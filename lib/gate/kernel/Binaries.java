package gate.kernel;

import gate.base.Reason;
import gate.journal.Event.BinaryTested;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The binaries that a run tests, by content. Each file is read once, whoever starts it first; files
 * of several legs side by side. For any thread.
 */
final class Binaries {
  private static final int BUFFER = 1 << 18;

  private final Map<Marks, FutureTask<Digest>> digests = new ConcurrentHashMap<>();

  /** What tells a file from another, or from itself as it was. */
  private record Marks(Path path, Object inode, long size, Object modified) {}

  private record Digest(long size, String sha256) {}

  /**
   * Writes down what is about to be started.
   *
   * @param step 0 for a service
   * @throws Broken where it can't be read
   * @throws Cancelled where the leg was told to stop meanwhile
   */
  void tested(LegWork work, int step, Path workspace, Path binary) {
    tested(work, step, workspace, binary, binary);
  }

  /**
   * The same of a copy.
   *
   * @param place where it was copied from, which is written down
   */
  void tested(LegWork work, int step, Path workspace, Path place, Path copy) {
    Path path = Paths.real(place);
    Path root = Paths.real(workspace);
    Digest digest = digest(Paths.real(copy));
    work.journal.append(
        new BinaryTested(
            work.leg,
            work.attempt,
            step,
            (path.startsWith(root) ? root.relativize(path) : path).toString(),
            digest.size(),
            digest.sha256()));
  }

  private Digest digest(Path path) {
    try {
      FutureTask<Digest> digest =
          digests.computeIfAbsent(marks(path), _ -> new FutureTask<>(() -> read(path)));
      digest.run();
      return digest.get();
    } catch (IOException e) {
      throw unreadable(path, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException why
          ? unreadable(path, why)
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    }
  }

  private static Broken unreadable(Path path, IOException why) {
    return new Broken(
        "the binary %s can't be read, so that nobody could tell later what was tested: %s; let the user who runs the gate read it"
            .formatted(path, Reason.of(why)));
  }

  private static Marks marks(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new Marks(path, attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
  }

  private static Digest read(Path path) throws IOException {
    MessageDigest sha256 = sha256();
    long size = 0;
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(path)) {
      for (int got; (got = in.read(buffer)) >= 0; size += got) {
        sha256.update(buffer, 0, got);
      }
    }
    return new Digest(size, HexFormat.of().formatHex(sha256.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
