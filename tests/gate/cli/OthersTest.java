package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.base.ThisCheckout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Other people's tools accept an attestation")
class OthersTest {
  private static final String KIND = "application/vnd.in-toto+json";

  @TempDir static Path shared;
  private static Scratch ed25519;
  private static Scratch p256;

  @BeforeAll
  static void keep() {
    ed25519 = kept("ed25519");
    p256 = kept("P-256");
  }

  /** Kept and signed by a key of that kind, whose public key is beside it. */
  static Scratch kept(String kind) {
    return kept(shared, kind);
  }

  static Scratch kept(Path folder, String kind) {
    Path key = folder.resolve(kind + ".pem");
    String line = Scratch.key(key, "ada", kind, "");
    Scratch repo =
        Scratch.create(folder.resolve(kind), Scratch.POLICY)
            .file("docs/allowed-signers", line)
            .commit()
            .ran("GREEN")
            .promoted("--key", key.toString());
    assertThat(
            repo.command(
                    List.of(
                        "openssl",
                        "pkey",
                        "-in",
                        key.toString(),
                        "-pubout",
                        "-out",
                        folder.resolve(kind + ".pub").toString()))
                .code())
        .isZero();
    return repo;
  }

  private static Scratch of(String kind) {
    return kind.equals("ed25519") ? ed25519 : p256;
  }

  /** The signature by its standard's words: DSSE's pre-authentication encoding. */
  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "P-256"})
  void openssl(String kind) throws Exception {
    Scratch repo = of(kind);
    JsonNode envelope =
        new ObjectMapper().readTree(repo.kept().resolve("attestation.dsse.json").toFile());
    byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asText());
    String head = "DSSEv1 %d %s %d ".formatted(KIND.length(), KIND, payload.length);
    Path signed = repo.folder().resolve(".cccc/signed");
    Path signature = repo.folder().resolve(".cccc/signature");
    Files.writeString(signed, head + new String(payload, StandardCharsets.UTF_8));
    Files.write(
        signature,
        Base64.getDecoder().decode(envelope.path("signatures").path(0).path("sig").asText()));
    String pub = shared.resolve(kind + ".pub").toString();
    List<String> verify =
        kind.equals("ed25519")
            ? List.of(
                "openssl",
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                pub,
                "-rawin",
                "-in",
                signed.toString(),
                "-sigfile",
                signature.toString())
            : List.of(
                "openssl",
                "dgst",
                "-sha256",
                "-verify",
                pub,
                "-signature",
                signature.toString(),
                signed.toString());
    assertThat(repo.command(verify).code()).isZero();
    Files.writeString(signed, "x", java.nio.file.StandardOpenOption.APPEND);
    assertThat(repo.command(verify).code()).isNotZero();
  }

  @Test
  void in_toto() {
    Path python = shared.resolve("venv/bin/python");
    assumeTrue(
        ed25519.command(List.of("python3", "-m", "venv", shared.resolve("venv").toString())).code()
            == 0,
        "no virtual environments of Python");
    Checkout.Result installed =
        ed25519.command(
            List.of(
                python.toString(),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "securesystemslib==1.3.0",
                "in-toto-attestation==0.9.3",
                "cryptography==46.0.3"));
    assumeTrue(installed.code() == 0, "pip got no packages: " + installed.err());
    for (String kind : List.of("ed25519", "P-256")) {
      Scratch repo = of(kind);
      Checkout.Result checked = inToto(python, repo, kind, "SHA256SUMS");
      assertThat(checked.out()).as(checked.err()).isEqualTo("PASSED\n");
      assertThat(inToto(python, repo, kind, "README.md").code()).isNotZero();
    }
    assertThat(inToto(python, ed25519, "P-256", "SHA256SUMS").code()).isNotZero();
  }

  private static Checkout.Result inToto(Path python, Scratch repo, String kind, String file) {
    return repo.command(
        List.of(
            python.toString(),
            ThisCheckout.root().resolve("tests/interop/in_toto.py").toString(),
            repo.kept().resolve("attestation.dsse.json").toString(),
            shared.resolve(kind + ".pub").toString(),
            repo.kept().resolve(file).toString()));
  }
}
