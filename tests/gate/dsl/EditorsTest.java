package gate.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.base.ThisCheckout;
import groovy.lang.Closure;
import groovy.lang.GroovyShell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What the repository sets up for editors")
class EditorsTest {
  private static final Pattern FIELD =
      Pattern.compile("(?<!\\\\)\\$(?:\\{\\d+:([^}]*)\\}|\\{\\d+\\|([^,|]*)[^|]*\\|\\}|\\d)");

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
      String text = FIELD.matcher(String.join("\n", lines)).replaceAll("$1$2").replace("\\$", "$");
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

  /** A word's snippet tells what else it takes, so that nobody has to look it up. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "cargoTest,cargoTest",
    "exec,exec",
    "shell,shell",
    "http.get,get",
    "http.post,post",
    "http.put,put",
    "http.delete,delete",
    "await,await",
    "step,step"
  })
  void has_snippets_that_name_each_named_argument(String snippet, String word) throws IOException {
    JsonNode it = json(".vscode/legs.code-snippets").get(snippet);
    assertThat(NamedWords.of(word)).isNotEmpty();
    for (String argument : NamedWords.of(word)) {
      assertThat(it.get("description").asText() + it.get("body")).contains(argument);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "answer,gate.dsl.Answer",
    "json,gate.dsl.Json",
    "services,gate.dsl.Endpoint",
    "toggles,gate.dsl.Condition"
  })
  void has_snippets_that_name_all_that_can_be_asked_of(String snippet, Class<?> type)
      throws IOException {
    JsonNode it = json(".vscode/legs.code-snippets").get(snippet);
    for (java.lang.reflect.Method method : type.getDeclaredMethods()) {
      boolean ours = java.lang.reflect.Modifier.isPublic(method.getModifiers());
      boolean inner = List.of("asBoolean", "toggles", "text").contains(method.getName());
      if (ours && !(type == Condition.class && inner)) {
        assertThat(it.get("description").asText()).contains(method.getName());
      }
    }
  }

  @Test
  void has_a_snippet_for_each_word() throws IOException {
    TreeSet<String> words = new TreeSet<>(Allowed.WORDS);
    words.removeAll(List.of("println", "tempDir")); // `log`, and `files` tells of it
    assertThat(json(".vscode/legs.code-snippets").fieldNames()).toIterable().containsAll(words);
  }

  /** What IntelliJ IDEA's scripts about scripts can say, as far as ours says it. */
  public abstract static class Gdsl extends groovy.lang.Script {
    private final List<String> paths = new ArrayList<>();
    private final List<Class<?>> delegates = new ArrayList<>();
    private final Map<String, String> properties = new TreeMap<>();

    public Object scriptScope() {
      return "script";
    }

    public Object context(Map<String, ?> filter) {
      assertThat(filter.get("scope")).isEqualTo("script");
      paths.add(String.valueOf(filter.get("pathRegexp")));
      return filter;
    }

    public void contributor(Object context, Closure<?> body) {
      body.call();
    }

    public Class<?> findClass(String name) throws ClassNotFoundException {
      return Class.forName(name);
    }

    public void delegatesTo(Class<?> type) {
      delegates.add(type);
    }

    public void property(Map<String, String> property) throws ClassNotFoundException {
      for (String type : property.get("type").split("[<>, ]+")) {
        Class.forName(type);
      }
      properties.put(property.get("name"), property.get("type"));
    }
  }

  private static Gdsl gdsl() throws IOException {
    CompilerConfiguration configuration = new CompilerConfiguration();
    configuration.setScriptBaseClass(Gdsl.class.getName());
    Gdsl script =
        (Gdsl)
            new GroovyShell(EditorsTest.class.getClassLoader(), configuration)
                .parse(root.resolve("legs/legs.gdsl").toFile());
    script.run();
    return script;
  }

  @Test
  void tells_intellij_of_the_class_that_has_each_word_with_its_parameters() throws Exception {
    Gdsl gdsl = gdsl();
    assertThat(gdsl.delegates).containsExactly(LegScript.class);
    assertThat(gdsl.paths).hasSize(1);
    assertThat("/home/me/gate/legs/one.groovy").matches(gdsl.paths.getFirst());
    assertThat("/home/me/gate/tests/one.groovy").doesNotMatch(gdsl.paths.getFirst());
    List<String> methods =
        Stream.of(LegScript.class.getMethods()).map(java.lang.reflect.Method::getName).toList();
    assertThat(methods).containsAll(Allowed.WORDS);
  }

  /** The rest is what the class has getters for. */
  @Test
  void tells_intellij_of_each_variable() throws Exception {
    TreeSet<String> variables = new TreeSet<>(Allowed.VARIABLES);
    variables.removeIf(name ->
        Stream.of(LegScript.class.getMethods())
            .anyMatch(it -> it.getName().equalsIgnoreCase("get" + name)));
    assertThat(gdsl().properties.keySet()).containsExactlyElementsOf(variables);
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
