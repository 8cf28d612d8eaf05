package gate.evidence;

import gate.base.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A private key, of Ed25519 (RFC 8032) or of ECDSA with P-256 and SHA-256 (FIPS 186-5), from a PEM
 * file with PKCS #8 (RFC 5958, RFC 7468), encrypted by PBES2 (RFC 8018) or not.
 *
 * @param open whether others than the file's owner may read it
 */
public record SigningKey(PrivateKey key, PublicKey publicKey, boolean open) {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private static final String MAKE =
      "`openssl genpkey -algorithm ed25519 -aes256 -out KEY.pem` makes one";
  private static final int LONGEST = 1 << 16;
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  /**
   * Reads one.
   *
   * @param passphrase asked only where the key is encrypted; wiped afterwards
   * @throws EvidenceRefused with a sentence where there is none that can be used
   */
  public static SigningKey read(Path file, Supplier<char[]> passphrase) {
    try {
      if (Files.size(file) > LONGEST) {
        throw new EvidenceRefused("%s is too large for a key; %s".formatted(file, MAKE));
      }
      String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return read(file, text, passphrase, isOpen(file));
    } catch (IOException e) {
      throw new EvidenceRefused("the key %s can't be read: %s".formatted(file, Reason.of(e)));
    }
  }

  private static boolean isOpen(Path file) throws IOException {
    try {
      return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  private static SigningKey read(
      Path file, String text, Supplier<char[]> passphrase, boolean open) {
    Matcher pem = PEM.matcher(text);
    if (!pem.find()) {
      throw new EvidenceRefused("%s is no PEM file with a private key; %s".formatted(file, MAKE));
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(pem.group(2));
    } catch (IllegalArgumentException e) {
      throw new EvidenceRefused("%s is damaged: it isn't base64".formatted(file));
    }
    PKCS8EncodedKeySpec spec =
        switch (pem.group(1)) {
          case "PRIVATE KEY" -> new PKCS8EncodedKeySpec(der);
          case "ENCRYPTED PRIVATE KEY" -> decrypted(file, der, passphrase);
          case "PUBLIC KEY", "CERTIFICATE" ->
              throw new EvidenceRefused(
                  "%s holds a public key; signing takes the private one".formatted(file));
          default ->
              throw new EvidenceRefused(
                  "%s is a %s; `openssl pkcs8 -topk8 -in %s -out NEW.pem` makes a PKCS #8 of it"
                      .formatted(file, pem.group(1), file));
        };
    return pair(file, spec, open);
  }

  private static PKCS8EncodedKeySpec decrypted(Path file, byte[] der, Supplier<char[]> passphrase) {
    EncryptedPrivateKeyInfo info;
    Cipher cipher;
    SecretKeyFactory factory;
    AlgorithmParameters parameters;
    try {
      info = new EncryptedPrivateKeyInfo(der);
      parameters = info.getAlgParameters();
      String algorithm = parameters == null ? info.getAlgName() : parameters.toString();
      factory = SecretKeyFactory.getInstance(algorithm);
      cipher = Cipher.getInstance(algorithm);
    } catch (IOException | GeneralSecurityException e) {
      throw new EvidenceRefused(
          "%s is encrypted in a way that isn't known here; `openssl pkcs8 -topk8 -v2 aes256 -in %s -out NEW.pem` encrypts it anew"
              .formatted(file, file));
    }
    char[] secret = passphrase.get();
    try {
      cipher.init(Cipher.DECRYPT_MODE, factory.generateSecret(new PBEKeySpec(secret)), parameters);
      return info.getKeySpec(cipher);
    } catch (GeneralSecurityException e) {
      throw new EvidenceRefused("the passphrase of %s is another".formatted(file));
    } finally {
      Arrays.fill(secret, '\0');
    }
  }

  private static SigningKey pair(Path file, PKCS8EncodedKeySpec spec, boolean open) {
    for (String algorithm : List.of("Ed25519", "EC")) {
      try {
        PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(spec);
        SigningKey pair = new SigningKey(key, derived(key), open);
        pair.prove();
        return pair;
      } catch (GeneralSecurityException e) {
        // of another kind
      }
    }
    throw new EvidenceRefused("%s is a key of neither Ed25519 nor P-256; %s".formatted(file, MAKE));
  }

  private static PublicKey derived(PrivateKey key) throws GeneralSecurityException {
    return switch (key) {
      case EdECPrivateKey edwards -> derived(edwards);
      case ECPrivateKey curve -> derived(curve);
      default -> throw new GeneralSecurityException("another kind of key");
    };
  }

  /** The pair that a generator makes whose only randomness is the seed. */
  private static PublicKey derived(EdECPrivateKey key) throws GeneralSecurityException {
    byte[] seed = key.getBytes().orElseThrow(() -> new GeneralSecurityException("no seed"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
    KeyPair pair = generator.generateKeyPair();
    if (!(pair.getPrivate() instanceof EdECPrivateKey made)
        || !Arrays.equals(made.getBytes().orElse(null), seed)) {
      throw new GeneralSecurityException("the generator took another seed");
    }
    return pair.getPublic();
  }

  private static final class Seed extends SecureRandom {
    private static final long serialVersionUID = 1;
    private final byte[] seed;

    Seed(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }

  private static PublicKey derived(ECPrivateKey key) throws GeneralSecurityException {
    ECParameterSpec p256 = p256();
    ECParameterSpec its = key.getParams();
    if (!its.getCurve().equals(p256.getCurve()) || !its.getOrder().equals(p256.getOrder())) {
      throw new GeneralSecurityException("another curve");
    }
    ECPoint point = times(key.getS(), p256);
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, p256));
  }

  private static ECParameterSpec p256() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  /** The base point, so many times (SEC 1, 2.2.1). */
  private static ECPoint times(BigInteger scalar, ECParameterSpec curve) {
    BigInteger p = ((java.security.spec.ECFieldFp) curve.getCurve().getField()).getP();
    BigInteger a = curve.getCurve().getA();
    ECPoint sum = ECPoint.POINT_INFINITY;
    for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
      sum = plus(sum, sum, a, p);
      if (scalar.testBit(bit)) {
        sum = plus(sum, curve.getGenerator(), a, p);
      }
    }
    return sum;
  }

  private static ECPoint plus(ECPoint one, ECPoint other, BigInteger a, BigInteger p) {
    if (one.equals(ECPoint.POINT_INFINITY)) {
      return other;
    }
    if (other.equals(ECPoint.POINT_INFINITY)) {
      return one;
    }
    BigInteger x = one.getAffineX();
    BigInteger y = one.getAffineY();
    BigInteger slope;
    if (!one.equals(other)) {
      if (x.equals(other.getAffineX())) {
        return ECPoint.POINT_INFINITY;
      }
      slope = other.getAffineY().subtract(y).multiply(other.getAffineX().subtract(x).modInverse(p));
    } else {
      slope =
          x.pow(2).multiply(BigInteger.valueOf(3)).add(a).multiply(y.shiftLeft(1).modInverse(p));
    }
    BigInteger x3 = slope.pow(2).subtract(x).subtract(other.getAffineX()).mod(p);
    return new ECPoint(x3, slope.multiply(x.subtract(x3)).subtract(y).mod(p));
  }

  /** That the two belong together. */
  private void prove() throws GeneralSecurityException {
    byte[] nonce = new byte[32];
    new SecureRandom().nextBytes(nonce);
    if (!verify(publicKey, nonce, sign(nonce))) {
      throw new GeneralSecurityException("the public key isn't that of the private one");
    }
  }

  /** The signature: as RFC 8032 has it, or as ASN.1 in DER (RFC 3279, 2.2.3) for ECDSA. */
  byte[] sign(byte[] message) throws GeneralSecurityException {
    Signature signature = signature(publicKey);
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }

  static boolean verify(PublicKey key, byte[] message, byte[] signed) {
    try {
      Signature signature = signature(key);
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Signature signature(PublicKey key) throws GeneralSecurityException {
    return Signature.getInstance(key instanceof ECPublicKey ? "SHA256withECDSA" : "Ed25519");
  }

  /**
   * A public key of one of the two kinds.
   *
   * @param der its SubjectPublicKeyInfo
   */
  static PublicKey publicKey(byte[] der) throws GeneralSecurityException {
    for (String algorithm : List.of("Ed25519", "EC")) {
      try {
        PublicKey key =
            KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
        if (!(key instanceof ECPublicKey curve)
            || curve.getParams().getCurve().equals(p256().getCurve())) {
          return key;
        }
      } catch (GeneralSecurityException e) {
        // of another kind
      }
    }
    throw new GeneralSecurityException("of neither Ed25519 nor P-256");
  }

  /** SHA-256 of the public key's SubjectPublicKeyInfo in DER. */
  public String keyId() {
    return id(publicKey);
  }

  static String id(PublicKey key) {
    return Digests.of(key.getEncoded());
  }

  /** What the user should know of the file. */
  public Optional<String> warning(Path file) {
    return open
        ? Optional.of("others than its owner may read %s; `chmod 600 %s`".formatted(file, file))
        : Optional.empty();
  }
}
