package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import gate.cli.Scratch.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Verification of a kept run finds")
class TamperTest {
  private static final int FLIPS = 20;

  @TempDir static Path shared;
  private static Scratch repo;
  private static Path kept;
  private static Path other;

  @TempDir Path temp;

  @BeforeAll
  static void keep() throws Exception {
    Path key = shared.resolve("key.pem");
    String line = Scratch.key(key, "ada", "ed25519", "");
    repo =
        Scratch.create(shared.resolve("repo"), Scratch.POLICY)
            .file("docs/allowed-signers", line)
            .commit()
            .ran("GREEN")
            .promoted("--key", key.toString());
    kept = repo.kept();
    repo.commit().ran("GREEN", "--set", "E2E=1").promoted("--key", key.toString()).commit();
    other = repo.kept();
    assertThat(other).isNotEqualTo(kept);
    assertThat(repo.now("evidence", "verify").code()).isZero();
  }

  static List<String> files() {
    try (Stream<Path> all = Files.walk(kept)) {
      return all.filter(Files::isRegularFile)
          .map(path -> kept.relativize(path).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy of it whose files may be changed; other tests don't see it. */
  private Path copy() throws IOException {
    Path to = temp.resolve("a" + temp.toFile().list().length).resolve(kept.getFileName());
    try (Stream<Path> all = Files.walk(kept)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Path copied = to.resolve(kept.relativize(path).toString());
        Files.createDirectories(copied.getParent());
        Files.copy(path, copied, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return to;
  }

  private static void found(Path copy, String what) {
    Answer answer = repo.now("evidence", "verify", copy.toString());
    assertThat(answer.code()).as(what + answer.out() + answer.err()).isEqualTo(4);
    assertThat(answer.out()).as(what).startsWith("bad");
  }

  @Test
  void nothing_wrong_with_an_untouched_copy() throws Exception {
    Answer answer = repo.now("evidence", "verify", copy().toString());
    assertThat(answer.out()).startsWith("ok");
    assertThat(answer.code()).isZero();
  }

  @ParameterizedTest(name = "a flipped bit in {0}")
  @MethodSource("files")
  void flips(String file) throws Exception {
    Path copy = copy();
    byte[] bytes = Files.readAllBytes(kept.resolve(file));
    Random random = new Random(file.hashCode());
    for (int flip = 0; flip < FLIPS; flip++) {
      byte[] flipped = bytes.clone();
      int at = flip == 0 ? bytes.length - 1 : random.nextInt(bytes.length);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(copy.resolve(file), flipped);
      found(copy, "byte " + at);
    }
  }

  @ParameterizedTest(name = "{0} cut short, empty, gone or longer")
  @MethodSource("files")
  void cuts(String file) throws Exception {
    Path copy = copy();
    byte[] bytes = Files.readAllBytes(kept.resolve(file));
    for (int length : List.of(bytes.length - 1, bytes.length / 2, 0)) {
      Files.write(copy.resolve(file), java.util.Arrays.copyOf(bytes, length));
      found(copy, length + " bytes");
    }
    Files.delete(copy.resolve(file));
    found(copy, "gone");
    Files.write(copy.resolve(file), java.util.Arrays.copyOf(bytes, bytes.length + 1));
    found(copy, "longer");
  }

  @ParameterizedTest(name = "{0} of another run")
  @MethodSource("files")
  void swaps(String file) throws Exception {
    if (Files.exists(other.resolve(file))
        && Files.mismatch(kept.resolve(file), other.resolve(file)) >= 0) {
      Path copy = copy();
      Files.copy(other.resolve(file), copy.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      found(copy, file);
    }
  }

  @Test
  void files_that_nobody_kept() throws Exception {
    for (String name : List.of("more.txt", "legs/a/02-more.log", ".hidden", "legs/x/y", "a b")) {
      Path copy = copy();
      Files.createDirectories(copy.resolve(name).getParent());
      Files.writeString(copy.resolve(name), "more\n");
      found(copy, name);
    }
  }

  @Test
  void a_file_that_is_a_link_now() throws Exception {
    Path copy = copy();
    Files.move(copy.resolve("README.md"), temp.resolve("README.md"));
    Files.createSymbolicLink(copy.resolve("README.md"), temp.resolve("README.md"));
    found(copy, "link");
  }

  @Test
  void a_folder_with_another_run_s_name() throws Exception {
    Path copy = copy();
    Path renamed = copy.resolveSibling("integration-matrix-20250101T000000Z");
    Files.move(copy, renamed);
    found(renamed, "name");
  }

  /** Whoever can't sign, but counts the hashes anew. */
  @ParameterizedTest(name = "{0} changed and the hashes counted anew")
  @MethodSource("files")
  void forged(String file) throws Exception {
    if (file.equals("SHA256SUMS") || file.equals("attestation.dsse.json")) {
      return;
    }
    Path copy = copy();
    byte[] bytes = Files.readAllBytes(kept.resolve(file));
    bytes[bytes.length / 2] ^= 1;
    Files.write(copy.resolve(file), bytes);
    Scratch.rehash(copy);
    found(copy, file);
  }

  @Test
  void the_signature_of_another_run() throws Exception {
    Path copy = copy();
    Files.copy(
        other.resolve("attestation.dsse.json"),
        copy.resolve("attestation.dsse.json"),
        StandardCopyOption.REPLACE_EXISTING);
    found(copy, "signature");
  }
}
