package gate.evidence;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;

/**
 * A signed statement, as DSSE v1 has it (secure-systems-lab/dsse, envelope.md and protocol.md),
 * with one signature.
 *
 * @param payload what is signed, of type {@link #TYPE}
 * @param keyId whose signature it says it is
 */
record Envelope(byte[] payload, String keyId, byte[] signature) {
  static final String TYPE = "application/vnd.in-toto+json";
  static final int LARGEST = 64 << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxStringLength(LARGEST)
                      .maxNestingDepth(20)
                      .build())
              .build());

  /** Signs. */
  static Envelope sign(byte[] payload, SigningKey key) {
    try {
      return new Envelope(payload, key.keyId(), key.sign(signed(payload)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The pre-authentication encoding. */
  private static byte[] signed(byte[] payload) {
    byte[] head =
        "DSSEv1 %d %s %d "
            .formatted(TYPE.length(), TYPE, payload.length)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + payload.length);
    System.arraycopy(payload, 0, all, head.length, payload.length);
    return all;
  }

  boolean isSignedBy(Signers.Signer signer) {
    return SigningKey.verify(signer.key(), signed(payload), signature);
  }

  /** The file's bytes. */
  byte[] write() {
    ObjectNode envelope = JSON.createObjectNode();
    envelope.put("payloadType", TYPE);
    envelope.put("payload", Base64.getEncoder().encodeToString(payload));
    ObjectNode signed = envelope.putArray("signatures").addObject();
    signed.put("keyid", keyId);
    signed.put("sig", Base64.getEncoder().encodeToString(signature));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes((envelope + "\n").getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  /**
   * Reads one that the gate wrote, to the byte: so that nothing in it can change unseen.
   *
   * @throws IOException with a reason, where it is none
   */
  static Envelope read(byte[] bytes) throws IOException {
    try {
      JsonNode tree = JSON.readTree(bytes);
      JsonNode signed = tree.path("signatures").path(0);
      Envelope envelope =
          new Envelope(
              Base64.getDecoder().decode(tree.path("payload").asText()),
              signed.path("keyid").asText(),
              Base64.getDecoder().decode(signed.path("sig").asText()));
      if (!Arrays.equals(envelope.write(), bytes)) {
        throw new IOException("it isn't as the gate writes it");
      }
      return envelope;
    } catch (IllegalArgumentException | com.fasterxml.jackson.core.JacksonException e) {
      throw new IOException("it is no envelope of DSSE", e);
    }
  }
}
