package gate.kernel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The SHA-256 of files as they were just before the gate read them; of none that isn't there. */
public record AsRead(Map<Path, String> digests) {
  public AsRead {
    digests = Map.copyOf(digests);
  }

  /** That of files as they are now. */
  public static AsRead of(Collection<Path> files) {
    return new AsRead(Map.of()).and(files);
  }

  /** The same with more, as they are now. */
  public AsRead and(Collection<Path> files) {
    Map<Path, String> more = new TreeMap<>(digests);
    for (Path file : files) {
      try {
        more.putIfAbsent(file, sha256(file));
      } catch (IOException e) {
        // whoever reads it says so
      }
    }
    return new AsRead(more);
  }

  /** Whether a file had this digest; true of one that wasn't there to be read. */
  boolean was(Path file, String digest) {
    return digests.getOrDefault(file, digest).equals(digest);
  }

  static String sha256(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("not a regular file"); // a device or a pipe may have no end
    }
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
