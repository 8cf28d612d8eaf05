package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.regex.RegularExpression;
import gate.base.Diagnostic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

@DisplayName("The JSON Schema and the loader")
class SchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(
              Schema.json(),
              SchemaValidatorsConfig.builder()
                  .regularExpressionFactory(SchemaTest::asInJavaScript)
                  .build());

  private static final Map<String, List<JsonNode>> MUTANTS = Mutants.of(tree(Fixture.FULL));

  @TestFactory
  @DisplayName("agree on the mutant:")
  Stream<DynamicTest> agree() {
    return MUTANTS.entrySet().stream()
        .map(kind -> dynamicTest(kind.getKey(), () -> agree(kind.getValue())));
  }

  private static void agree(List<JsonNode> mutants) {
    List<String> disagreements = new ArrayList<>();
    for (JsonNode mutant : mutants) {
      var schema = SCHEMA.validate(mutant);
      List<Diagnostic> loader = shapeFaults(mutant.toString());
      if (schema.isEmpty() != loader.isEmpty()) {
        disagreements.add(
            "schema: " + schema + "\nloader: " + loader + "\n" + mutant.toPrettyString());
      }
    }
    assertThat(disagreements).isEmpty();
  }

  @Test
  @DisplayName("are held against each other with thousands of mutants, good and bad ones")
  void enough() {
    Map<Boolean, Integer> counts = new TreeMap<>();
    for (List<JsonNode> kind : MUTANTS.values()) {
      kind.forEach(it -> counts.merge(SCHEMA.validate(it).isEmpty(), 1, Integer::sum));
    }
    assertThat(counts.get(true)).isGreaterThan(1000);
    assertThat(counts.get(false)).isGreaterThan(10_000);
  }

  @Test
  @DisplayName("are held against each other with every key there is")
  void everyKey() {
    List<String> unused = new ArrayList<>();
    for (Shape.Fields fields : Keys.allFields()) {
      for (Key key : fields.keys()) {
        if (!Fixture.FULL.contains(key.name() + ":")) {
          unused.add(fields.id() + "." + key.name());
        }
      }
    }
    assertThat(unused).isEmpty();
  }

  @Test
  @DisplayName("both take the full definition, the smallest, and the reference's example")
  void good() {
    for (String yaml : List.of(Fixture.FULL, Fixture.MINIMAL, Reference.EXAMPLE)) {
      Fixture.load(yaml);
      assertThat(SCHEMA.validate(tree(yaml))).isEmpty();
    }
  }

  @Test
  @DisplayName("both take each key's example and default")
  void examples() {
    for (Shape.Fields fields : Keys.allFields()) {
      for (Key key : fields.keys()) {
        List<String> texts = new ArrayList<>(List.of(key.example()));
        key.fallback().filter(it -> !it.isEmpty()).ifPresent(texts::add);
        for (String text : texts) {
          Problems problems = new Problems(new Source(Path.of("example"), text));
          YamlNode node = YamlReader.read(text, problems).orElseThrow();
          ShapeCheck.check(node, key.shape(), new Place.Field(new Place.Top(), "it"), problems);
          assertThat(problems.inOrder()).as(fields.id() + "." + key.name()).isEmpty();
        }
      }
    }
  }

  /** A scalar as it stands in the file; what YAML 1.1 makes of it is the same for both. */
  @TestFactory
  @DisplayName("agree on the plain scalar")
  Stream<DynamicTest> plainScalars() {
    return Stream.of(
            "on",
            "off",
            "yes",
            "no",
            "Yes",
            "true",
            "False",
            "null",
            "~",
            "",
            "5",
            "-5",
            "0",
            "3",
            "1.10",
            "1.5",
            "1e3",
            "2026-01-31",
            "2026-01-31T10:00:00Z",
            "1:30",
            "5s",
            "5m",
            "y",
            "n",
            "kvm",
            "a b",
            "v1.2.3",
            "0x1z",
            "-",
            "'5'",
            "\"on\"",
            "''",
            "'3'",
            "flaky",
            "|\n    text\n",
            ">\n    text\n",
            "a: b",
            "@x",
            "`x`",
            "%x")
        .map(it -> dynamicTest(it.isEmpty() ? "(empty)" : it, () -> plainScalar(it)));
  }

  private static void plainScalar(String scalar) {
    for (String key : List.of("title", "retries", "timeout", "skip", "allow")) {
      String title = key.equals("title") ? "" : "    title: x\n";
      String yaml = "name: m\nlegs:\n  a:\n" + title + "    " + key + ": " + scalar + "\n";
      boolean schema;
      try {
        schema = SCHEMA.validate(tree(yaml)).isEmpty();
      } catch (YAMLException syntax) {
        schema = false;
      }
      assertThat(shapeFaults(yaml).isEmpty()).as(yaml).isEqualTo(schema);
    }
  }

  /** JSON Schema's {@code $} is the end, while Java's also stands before a last line feed. */
  private static RegularExpression asInJavaScript(String pattern) {
    String strict = pattern.replaceFirst("\\$$", "\\\\z").replace("|$)", "|\\z)");
    return Pattern.compile(strict).asPredicate()::test;
  }

  private static List<Diagnostic> shapeFaults(String yaml) {
    byte[] utf8 = yaml.getBytes(StandardCharsets.UTF_8);
    Problems problems = new Problems(Path.of("matrix.yaml"), utf8);
    DefinitionLoader.shaped(utf8, problems);
    return problems.inOrder();
  }

  /** YAML as SnakeYAML itself reads it, with its safe constructor. */
  private static JsonNode tree(String yaml) {
    Object data = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    try {
      return JSON.readTree(JSON.writeValueAsString(data));
    } catch (JsonProcessingException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
