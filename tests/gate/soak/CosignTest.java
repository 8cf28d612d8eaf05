package gate.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import gate.cli.Attested;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds the real cosign, which takes minutes the first time and is kept. */
@DisplayName("cosign")
class CosignTest {
  private static final String VERSION = "v2.6.1";
  private static final long MINUTES = 20;

  @TempDir static Path shared;
  private static Path cosign;

  @BeforeAll
  static void build() throws Exception {
    Path home =
        Path.of(System.getProperty("user.home"), ".cache/integration-matrix/cosign-" + VERSION);
    cosign = home.resolve("cosign");
    if (!Files.isExecutable(cosign)) {
      Path go = shared.resolve("go");
      ProcessBuilder build =
          new ProcessBuilder(
              "go", "install", "github.com/sigstore/cosign/v2/cmd/cosign@" + VERSION);
      build.environment().put("GOBIN", home.toString());
      build.environment().put("GOPATH", go.toString());
      build.environment().put("GOFLAGS", "-modcacherw");
      assumeTrue(ended(build, shared.resolve("build.log")) == 0, "no Go, or it got no modules");
    }
  }

  private static int ended(ProcessBuilder builder, Path log) throws Exception {
    try {
      Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
      return process.waitFor();
    } catch (IOException e) {
      return 127;
    }
  }

  private static int verified(Path kept, Path key, String blob) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(cosign.toString(), "verify-blob-attestation", "--key", key.toString()));
    words.addAll(
        List.of(
            "--signature", kept.resolve("attestation.dsse.json").toString(),
            "--type", "https://in-toto.io/attestation/test-result/v0.1",
            "--insecure-ignore-tlog=true", kept.resolve(blob).toString()));
    return ended(new ProcessBuilder(words), shared.resolve("verify.log"));
  }

  @ParameterizedTest(name = "accepts an attestation signed with {0}, and nothing else")
  @ValueSource(strings = {"ed25519", "P-256"})
  void verifies(String kind) throws Exception {
    Path kept = Attested.kept(shared, kind);
    Path key = shared.resolve(kind + ".pub");
    assertThat(verified(kept, key, "SHA256SUMS")).isZero();
    assertThat(verified(kept, key, "README.md")).isNotZero();
    Path other = Attested.kept(Files.createDirectory(shared.resolve("other-" + kind)), kind);
    assertThat(verified(kept, shared.resolve("other-" + kind).resolve(kind + ".pub"), "SHA256SUMS"))
        .isNotZero();
    assertThat(verified(other, key, "SHA256SUMS")).isNotZero();
    Files.writeString(kept.resolve("SHA256SUMS"), "x", StandardOpenOption.APPEND);
    assertThat(verified(kept, key, "SHA256SUMS")).isNotZero();
  }
}
