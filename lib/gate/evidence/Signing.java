package gate.evidence;

import gate.base.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Whether a key may sign. */
public final class Signing {
  private static final int YEARS = 1;

  private Signing() {}

  /**
   * What to do before a signature with this key counts; empty where it does.
   *
   * @param signers the file of those whose signatures count; it may be missing
   */
  public static Optional<String> advice(SigningKey key, Path signers, Instant now) {
    try {
      Optional<byte[]> text =
          Files.exists(signers) ? Optional.of(Files.readAllBytes(signers)) : Optional.empty();
      Optional<Signers.Signer> signer = Signers.of(text, signers.toString()).byKeyId(key.keyId());
      if (signer.isPresent()) {
        return signer.get().fault(now).map(it -> "the signature won't count: " + it);
      }
      LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
      String line =
          new Signers.Signer(
                  "NAME", today, today.plusYears(YEARS), Optional.empty(), key.publicKey())
              .line();
      return Optional.of(
          "the signature counts for nobody until %s, committed before the run, has this line:%n%s"
              .formatted(signers, line));
    } catch (IOException e) {
      throw new EvidenceRefused("%s can't be read: %s".formatted(signers, Reason.of(e)));
    }
  }
}
