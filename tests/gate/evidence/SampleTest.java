package gate.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.ThisCheckout;
import gate.cli.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** If this fails after a change of a report, the gate's version has to change, too. */
@DisplayName("Evidence that an older gate kept")
class SampleTest {
  private static final Path SAMPLES = ThisCheckout.root().resolve("tests/gate/evidence");
  private static final String LATER = "99.0.0";

  @TempDir Path temp;

  static List<Path> samples() throws IOException {
    try (Stream<Path> all = Files.walk(SAMPLES, 2)) {
      return all.filter(it -> EvidenceFolder.isOne(it.getFileName().toString())).sorted().toList();
    }
  }

  private static Verified verified(Path folder, Path signers, String gate) throws IOException {
    return Verification.of(
        folder, Signers.of(Optional.of(Files.readAllBytes(signers)), "allowed-signers"), gate);
  }

  @ParameterizedTest(name = "{0} is right by this gate and by every later one")
  @MethodSource("samples")
  void is_right(Path sample) throws Exception {
    for (String gate : List.of(Version.GATE, LATER)) {
      Verified kept = verified(sample, sample.resolveSibling("allowed-signers"), gate);
      assertThat(kept.faults()).as(gate).isEmpty();
      assertThat(kept.signature().map(Signers.Signer::name)).contains("ada@example.org");
      assertThat(kept.manifest().orElseThrow().told().binaries()).isNotEmpty();
    }
  }

  @ParameterizedTest(name = "is found out: {0}: {1} becomes {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "junit.xml|name=\"small\"|name=\"other\"|junit.xml isn't what follows",
        "junit.xml|<testcase|<!DOCTYPE x><testcase|junit.xml can't be read",
        "junit.xml|</testsuites>|<testsuite name=\"x\"><testcase classname=\"c\""
            + " name=\"n\"/></testsuite></testsuites>|it says",
        "ctrf.json|\"status\" : \"passed\"|\"status\" : \"failed\"|ctrf.json isn't what follows",
        "ctrf.json|\"passed\" : 4|\"passed\" : 3|ctrf.json isn't what follows",
        "ctrf.json|{|[|ctrf.json can't be read",
        "README.md|GREEN|RED|README.md isn't what follows",
      })
  void reports(String file, String from, String to, String fault) throws Exception {
    Path sample = samples().getFirst();
    Path copy = temp.resolve(sample.getFileName());
    copy(sample, copy);
    String text = Files.readString(copy.resolve(file));
    assertThat(text).contains(from);
    int at = text.indexOf(from);
    Files.writeString(
        copy.resolve(file), text.substring(0, at) + to + text.substring(at + from.length()));
    rehash(copy, file);
    Path signers = sample.resolveSibling("allowed-signers");
    assertThat(verified(copy, signers, LATER).faults()).anyMatch(it -> it.contains(fault));
    assertThat(verified(copy, signers, Version.GATE).faults())
        .anyMatch(it -> it.startsWith(file + " isn't what follows"));
  }

  @ParameterizedTest(name = "may have been rendered otherwise: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "junit.xml|<testcase |<testcase id=\"1\" ",
        "ctrf.json|\"status\"|\"extra\":1,\"status\"",
        "README.md|###|####",
      })
  void otherwise(String file, String from, String to) throws Exception {
    Path sample = samples().getFirst();
    Path copy = temp.resolve(sample.getFileName());
    copy(sample, copy);
    String text = Files.readString(copy.resolve(file));
    assertThat(text).contains(from);
    Files.writeString(copy.resolve(file), text.replace(from, to));
    rehash(copy, file);
    assertThat(
            verified(copy, sample.resolveSibling("allowed-signers"), LATER).faults().stream()
                .filter(it -> it.startsWith(file)))
        .isEmpty();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /** So that only the reports themselves are wrong, and the signature. */
  private static void rehash(Path folder, String file) throws Exception {
    String digest =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(Files.readAllBytes(folder.resolve(file))));
    Path sums = folder.resolve("SHA256SUMS");
    String text = Files.readString(sums, StandardCharsets.US_ASCII);
    Files.writeString(sums, text.replaceAll("(?m)^\\S+(?=  \\Q" + file + "\\E$)", digest));
  }
}
