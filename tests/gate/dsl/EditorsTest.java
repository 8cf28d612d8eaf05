package gate.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.base.ThisCheckout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What the repository sets up for editors")
class EditorsTest {
  private static final Pattern FIELD = Pattern.compile("(?<!\\\\)\\$(?:\\{\\d+:([^}]*)\\}|\\d)");

  private static Path root;

  @TempDir Path temp;

  @BeforeAll
  static void checkout() {
    root = ThisCheckout.root();
  }

  private static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(ThisCheckout.root().resolve(name).toFile());
  }

  static Stream<String> snippets() throws IOException {
    List<String> bodies = new ArrayList<>();
    for (JsonNode snippet : json(".vscode/legs.code-snippets")) {
      JsonNode body = snippet.get("body");
      List<String> lines = new ArrayList<>();
      (body.isArray() ? body : List.of(body)).forEach(it -> lines.add(it.asText()));
      String text = FIELD.matcher(String.join("\n", lines)).replaceAll("$1").replace("\\$", "$");
      bodies.add(text);
    }
    return bodies.stream();
  }

  /** As VS Code leaves it to who only presses Tab. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("snippets")
  void has_snippets_that_compile(String text) {
    String script = text.startsWith("step") ? text : "step('a') {\n" + text + "\n}";
    assertThat(Recorded.wrong(temp, script + "\n")).isEmpty();
  }

  @Test
  void has_a_snippet_for_each_word() throws IOException {
    TreeSet<String> words = new TreeSet<>(Allowed.WORDS);
    words.removeAll(List.of("println", "tempDir")); // `log`, and `files` tells of it
    assertThat(json(".vscode/legs.code-snippets").fieldNames()).toIterable().containsAll(words);
  }

  @Test
  void names_types_to_intellij_that_are_there() throws Exception {
    String gdsl = Files.readString(root.resolve("legs/legs.gdsl"));
    List<String> types =
        Pattern.compile("gate\\.[\\w.]+").matcher(gdsl).results().map(it -> it.group()).toList();
    assertThat(types).contains("gate.dsl.LegScript");
    for (String type : types) {
      Class.forName(type);
    }
  }

  @Test
  void has_files_of_intellij_that_are_well_formed_and_name_what_is_there() throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    List<String> texts = new ArrayList<>();
    for (String name :
        List.of("jsonSchemas.xml", "modules.xml", "legs.iml", "libraries/groovy.xml")) {
      Path file = root.resolve(".idea").resolve(name);
      factory.newDocumentBuilder().parse(file.toFile());
      texts.add(Files.readString(file));
    }
    String all = String.join("\n", texts);
    var named = Pattern.compile("value=\"(docs/[^\"]+)\"|MODULE_DIR\\$/\\.\\./(lib|legs|tests)\"");
    assertThat(named.matcher(all).results().toList()).hasSize(4);
    named
        .matcher(all)
        .results()
        .forEach(it ->
            assertThat(root.resolve(it.group(1) == null ? it.group(2) : it.group(1))).exists());
    assertThat(all).contains(groovy());
  }

  /** The version that matrix.java is built with. */
  private static String groovy() throws IOException {
    return Files.readAllLines(root.resolve("matrix.java")).stream()
        .filter(line -> line.startsWith("//DEPS org.apache.groovy:"))
        .map(line -> line.substring("//DEPS ".length()))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "name: x\\n‸¦legs services toggles workspaces gate",
        "name: x\\nlegs:\\n  a:\\n    title: A\\n    ‸¦covers needs services timeout skip",
        "name: x\\ntoggles:\\n  A:\\n    type: ‸¦flag choice path number text",
      })
  void completes_matrix_yaml(String typed, String words) throws Exception {
    assumeTrue(installed(), "npm got no yaml-language-server");
    assertThat(
            output(
                    List.of(
                        "node",
                        root.resolve("tests/interop/yaml_completion.mjs").toString(),
                        server().toString(),
                        root.toString(),
                        typed.replace("\\n", "\n")))
                .strip()
                .split(" "))
        .contains(words.split(" "));
  }

  @TempDir static Path packages;

  private static Path server() {
    return packages.resolve("node_modules/yaml-language-server/bin/yaml-language-server");
  }

  private static synchronized boolean installed() throws Exception {
    if (!Files.exists(server())) {
      try {
        output(
            List.of(
                "npm",
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--prefix",
                packages.toString(),
                "yaml-language-server@2.0.0"));
      } catch (IOException e) {
        return false; // no npm
      }
    }
    return Files.exists(server());
  }

  private static String output(List<String> argv) throws Exception {
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out;
  }

  @Test
  void lets_git_keep_these_files_and_no_others() throws Exception {
    Map<String, Boolean> ignored =
        Map.of(
            ".vscode/settings.json", false,
            ".vscode/launch.json", true,
            ".idea/jsonSchemas.xml", false,
            ".idea/libraries/groovy.xml", false,
            ".idea/legs.iml", false,
            ".idea/workspace.xml", true,
            "other.iml", true);
    for (Map.Entry<String, Boolean> it : ignored.entrySet()) {
      Process git =
          new ProcessBuilder("git", "check-ignore", "--no-index", "-q", it.getKey())
              .directory(root.toFile())
              .start();
      assumeTrue(git.waitFor() != 128, "no git repository");
      assertThat(git.exitValue() == 0).as(it.getKey()).isEqualTo(it.getValue());
    }
  }
}
