package gate.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import gate.base.ThisCheckout;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The reference workspace's dependencies")
class DependenciesTest {
  private static final Set<String> ALLOWED = Set.of("MIT", "Apache-2.0", "Zlib");

  @Test
  @DisplayName("come from a registry, pinned, under licences that deny.toml allows")
  void allowed() throws Exception {
    boolean cargo =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "cargo")));
    assumeThat(cargo || System.getenv("CI") != null).as("cargo is on PATH").isTrue();
    Path reference = ThisCheckout.root().resolve("reference");
    Set<String> licences = new HashSet<>();
    new TomlMapper()
        .readTree(reference.resolve("deny.toml").toFile())
        .path("licenses")
        .path("allow")
        .forEach(it -> licences.add(it.asText()));
    assertThat(licences).isNotEmpty();
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (JsonNode crate : metadata(reference).path("packages")) {
      seen++;
      String name = crate.path("name").asText() + " " + crate.path("version").asText();
      String licence = crate.path("license").asText("");
      if (!allows(licence, licences)) {
        wrong.add(name + ": licence `" + licence + "`");
      }
      if (!crate.path("source").isNull()
          && !crate.path("source").asText().startsWith("registry+")) {
        wrong.add(name + ": from " + crate.path("source").asText());
      }
    }
    assertThat(seen).isGreaterThan(100);
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest(name = "`{0}` is allowed: {1}")
  @CsvSource({
    "MIT, true",
    "MIT/Apache-2.0, true",
    "GPL-3.0, false",
    "GPL-3.0 OR MIT, true",
    "GPL-3.0 AND MIT, false",
    "(MIT OR GPL-3.0) AND Zlib, true",
    "(MIT OR GPL-3.0) AND ISC, false",
    "Apache-2.0 WITH LLVM-exception OR GPL-3.0, false",
    "'', false"
  })
  void expressions(String licence, boolean expected) {
    assertThat(allows(licence, ALLOWED)).isEqualTo(expected);
  }

  /**
   * An SPDX expression: one of the parts of `OR`, all of the parts of `AND`, which binds tighter.
   */
  private static boolean allows(String licence, Set<String> licences) {
    String text = licence.strip().replace("/", " OR ");
    List<String> either = parts(text, " OR ");
    if (either.size() > 1) {
      return either.stream().anyMatch(it -> allows(it, licences));
    }
    List<String> all = parts(text, " AND ");
    if (all.size() > 1) {
      return all.stream().allMatch(it -> allows(it, licences));
    }
    return text.startsWith("(") && text.endsWith(")")
        ? allows(text.substring(1, text.length() - 1), licences)
        : licences.contains(text);
  }

  /** The parts of a text at a word that stands outside parentheses. */
  private static List<String> parts(String text, String word) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (depth == 0 && text.startsWith(word, i)) {
        parts.add(text.substring(from, i));
        from = i + word.length();
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static JsonNode metadata(Path workspace) throws IOException, InterruptedException {
    Path out = Files.createTempFile("metadata-", ".json");
    try {
      Process process =
          new ProcessBuilder("cargo", "metadata", "--locked", "--format-version", "1")
              .directory(workspace.toFile())
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(Redirect.DISCARD)
              .start();
      assertThat(process.waitFor()).as("cargo metadata").isZero();
      return new ObjectMapper().readTree(out.toFile());
    } finally {
      Files.delete(out);
    }
  }
}
