package gate.evidence;

import gate.base.Names;
import gate.base.Shown;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whose signatures count: the file {@code docs/allowed-signers}. A line each, {@code #} begins a
 * comment:
 *
 * <pre>NAME from=2026-01-01 until=2027-01-01 key=BASE64 [revoked=2026-06-01]</pre>
 *
 * <p>{@code key} is the public key as SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) in DER and base64;
 * the days are UTC's, both included.
 */
record Signers(List<Signer> signers) {
  private static final List<String> WORDS = List.of("from", "until", "key", "revoked");
  private static final int LONGEST = 1 << 20;

  Signers {
    signers = List.copyOf(signers);
  }

  /** Somebody with a key. */
  record Signer(
      String name, LocalDate from, LocalDate until, Optional<LocalDate> revoked, PublicKey key) {
    /**
     * What is wrong with what they signed then; a thief could set back the clock, so a revoked key
     * never counts.
     */
    Optional<String> fault(Instant signed) {
      LocalDate day = LocalDate.ofInstant(signed, ZoneOffset.UTC);
      if (revoked.isPresent()) {
        return Optional.of("the key of %s was revoked on %s".formatted(name, revoked.get()));
      }
      return day.isBefore(from) || day.isAfter(until)
          ? Optional.of(
              "the key of %s counts from %s until %s, and signed on %s"
                  .formatted(name, from, until, day))
          : Optional.empty();
    }

    String keyId() {
      return SigningKey.id(key);
    }

    /** The line to add to the file. */
    String line() {
      return "%s from=%s until=%s key=%s"
          .formatted(name, from, until, Base64.getEncoder().encodeToString(key.getEncoded()));
    }
  }

  /**
   * Reads them.
   *
   * @param text empty: nobody's signature counts
   * @param file as it is named in faults
   * @throws EvidenceRefused with all that is wrong with it
   */
  static Signers of(Optional<byte[]> text, String file) {
    List<Signer> signers = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    if (text.isPresent() && text.get().length > LONGEST) {
      throw new EvidenceRefused(file + " is larger than 1 MiB");
    }
    String[] lines =
        text.map(it -> new String(it, StandardCharsets.UTF_8)).orElse("").split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        try {
          signers.add(signer(line, signers));
        } catch (IllegalArgumentException e) {
          faults.add("%s:%d: %s".formatted(file, i + 1, e.getMessage()));
        }
      }
    }
    if (!faults.isEmpty()) {
      throw new EvidenceRefused(faults);
    }
    return new Signers(signers);
  }

  private static Signer signer(String line, List<Signer> before) {
    String[] words = line.split("[ \t]+");
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 1; i < words.length; i++) {
      int at = words[i].indexOf('=');
      String name = at < 0 ? words[i] : words[i].substring(0, at);
      if (at < 0 || !WORDS.contains(name)) {
        throw new IllegalArgumentException(
            "%s isn't one of from=, until=, key= and revoked=%s"
                .formatted(
                    Shown.value(words[i]),
                    Names.nearest(name, WORDS).map("; did you mean `%s=`?"::formatted).orElse("")));
      }
      if (values.put(name, words[i].substring(at + 1)) != null) {
        throw new IllegalArgumentException("`%s=` stands there twice".formatted(name));
      }
    }
    if (words[0].contains("=") || !words[0].matches("[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")) {
      throw new IllegalArgumentException(
          "%s is no name; a line is `NAME from=DAY until=DAY key=BASE64`"
              .formatted(Shown.value(words[0])));
    }
    for (String name : WORDS.subList(0, 3)) {
      if (!values.containsKey(name)) {
        throw new IllegalArgumentException(
            "`%s=` is missing; a line is `NAME from=DAY until=DAY key=BASE64`".formatted(name));
      }
    }
    Signer signer =
        new Signer(
            words[0],
            day(values, "from"),
            day(values, "until"),
            values.containsKey("revoked") ? Optional.of(day(values, "revoked")) : Optional.empty(),
            key(values.get("key")));
    if (signer.until().isBefore(signer.from())) {
      throw new IllegalArgumentException("`until` is before `from`");
    }
    before.stream()
        .filter(it -> it.keyId().equals(signer.keyId()))
        .findFirst()
        .ifPresent(it -> {
          throw new IllegalArgumentException("the key is that of " + it.name() + " already");
        });
    return signer;
  }

  private static LocalDate day(Map<String, String> values, String name) {
    try {
      return LocalDate.parse(values.get(name));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "`%s=` is %s; write a day as in 2026-12-31"
              .formatted(name, Shown.value(values.get(name))));
    }
  }

  private static PublicKey key(String text) {
    try {
      return SigningKey.publicKey(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "`key=` is no public key of Ed25519 or P-256 in base64; `openssl pkey -in KEY.pem -pubout"
              + " -outform DER | base64 -w0` prints one");
    }
  }

  Optional<Signer> byKeyId(String id) {
    return signers.stream().filter(it -> it.keyId().equals(id)).findFirst();
  }
}
