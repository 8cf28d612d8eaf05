package gate.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4), in lower-case hexadecimals. */
final class Digests {
  private static final int BUFFER = 1 << 18;

  private Digests() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  static String of(InputStream in) throws IOException {
    return of(in, Long.MAX_VALUE);
  }

  /**
   * That of a stream of a known length, of which no more is read.
   *
   * @throws IOException where it is longer, too
   */
  static String of(InputStream in, long length) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER];
    long all = 0;
    for (int got; (got = in.read(buffer)) >= 0; ) {
      all += got;
      if (all > length) {
        throw new IOException("it holds more than %d bytes".formatted(length));
      }
      digest.update(buffer, 0, got);
    }
    return hex(digest);
  }

  static String of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in);
    }
  }
}
