package gate.evidence;

import java.util.Optional;

final class Signers {
  record Signer(String name) {}

  static Signers of(Optional<byte[]> text, String file) {
    return new Signers();
  }
}
