package gate.kernel.cargo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Files that have to be UTF-8. */
final class Utf8 {
  private Utf8() {}

  /** The file's text; empty where it isn't UTF-8. */
  static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
