package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Whatever legs and steps are called, and whatever they say,")
class InjectionTest {
  /** For {@code printf}: what a terminal, GitHub, a browser, Markdown and XML would each obey. */
  private static final String HOSTILE =
      "\\\\033[2J\\\\033]0;evil\\\\007\\\\n::set-env name=X::y\\\\n::error::z\\\\n"
          + "  ::add-mask::a\\\\r::stop-commands::t\\\\n##[error]w"
          + " ##vso[task.setvariable]v\\\\n<script>alert(1)</script><img src=x"
          + " onerror=alert(1)>\\\\n# a | b | c\\\\n```\\\\n[link](javascript:alert(1))"
          + " ![pic](http://example.com/p) `tick`\\\\n"
          + "]]>&amp;</failure>\\\\000\\\\377\\\\376\\\\355\\\\240\\\\200\\\\342\\\\200\\\\256end\\\\n";

  private static final Pattern CODE = Pattern.compile("(?<!`)`[^`]+`(?!`)");

  @TempDir Path temp;
  private Path folder;
  private Checkout project;

  @BeforeEach
  void hostile() {
    folder = temp.resolve("a/b/project");
    project =
        new Checkout(folder)
            .ownLegs()
            .file(
                "matrix.yaml",
                """
                name: test
                toggles: { NOTE: { type: text, help: Anything } }
                legs:
                  one: { title: "<script>alert(1)</script> | `t` [l](javascript:x) ::error::t" }
                  two: { title: Two }
                """)
            .leg(
                "one",
                """
                def said = ''
                step('../../x') { said = exec('sh', '-c', "printf '%s'").output() }
                step('/tmp/::warning::y\\u001b[2J\\u202e<script>alert(1)</script>|`[z](http://example.com)') { shell("echo ok") }
                step('it fails') { fail said }
                """
                    .formatted(HOSTILE))
            .leg(
                "two",
                """
                step('::error::it says') { exec('sh', '-c', "printf '%s'; printf '%s' >&2; exit 3") }
                """
                    .formatted(HOSTILE, HOSTILE))
            .env("NOTE", "\u001b[2J::error::n<script>alert(1)</script>|`");
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(temp)) {
      return all.filter(Files::isRegularFile)
          .map(file -> temp.relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** What a command wrote to both outputs, every byte of which has to be a terminal's to show. */
  private String shown(String... words) throws Exception {
    Path out = Files.createTempFile("injection-", ".out");
    try {
      assertThat(project.start(out, out, words).waitFor(120, TimeUnit.SECONDS)).isTrue();
      return text(out);
    } finally {
      Files.delete(out);
    }
  }

  /** A file's text; it is UTF-8, and nothing in it moves a cursor or the direction of writing. */
  private static String text(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    assertThat(text).as(file.toString()).doesNotContainPattern("[\\p{Cntrl}\\u202e&&[^\n]]");
    return text;
  }

  private void obeyedByNobody(Path run) throws Exception {
    String page = text(run.resolve("report.html"));
    assertThat(page.toLowerCase(Locale.ROOT))
        .contains("&lt;script&gt;alert(1)")
        .doesNotContain("<script>alert", "<img src=x")
        .doesNotContainPattern("(?:href|src)=.?(?:javascript|http)");
    String summary = text(run.resolve("summary.md"));
    assertThat(outsideOfFences(summary))
        .contains("&#60;script&#62;alert(1)")
        .doesNotContain("<script", "<img", "[link](", "![pic](", "[l](", "[z](");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(run.resolve("junit.xml").toFile());
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(run.resolve("ctrf.json").toFile()).at("/results/tests")).isNotEmpty();
    for (String line : Files.readAllLines(run.resolve("events.jsonl"))) {
      json.readTree(line);
    }
  }

  /** Without code, whose every character is shown as it is. */
  private static String outsideOfFences(String markdown) {
    StringBuilder text = new StringBuilder();
    String fence = "";
    for (String line : markdown.split("\n")) {
      if (!fence.isEmpty()) {
        fence = line.equals(fence) ? "" : fence;
      } else if (line.startsWith("```")) {
        fence = line.replace("text", "");
      } else {
        text.append(CODE.matcher(line).replaceAll("")).append('\n');
      }
    }
    assertThat(fence).as("a fence that isn't closed").isEmpty();
    return text.toString();
  }

  /** Of all that the run wrote, nothing lies where a name would have it. */
  private void nothingElsewhere(Set<String> before, Path run) throws IOException {
    String own = temp.relativize(run) + "/";
    String project = temp.relativize(folder) + "/.cccc/";
    assertThat(files())
        .filteredOn(file -> !before.contains(file) && !file.startsWith(own))
        .allMatch(file ->
            file.startsWith(project + "cache/") || file.startsWith(project + "work/results/"));
    assertThat(files())
        .filteredOn(file -> file.startsWith(own + "legs/"))
        .hasSize(4)
        .allMatch(
            file -> file.substring(own.length()).matches("legs/(one|two)/0[1-3]-[-a-z0-9]+[.]log"));
  }

  private Path run() throws IOException {
    try (Stream<Path> runs = Files.list(folder.resolve(".cccc/work/integration-matrix"))) {
      return runs.findFirst().orElseThrow();
    }
  }

  @Test
  void nobody_obeys_it_on_a_terminal_or_in_a_report() throws Exception {
    Set<String> before = files();
    assertThat(shown()).contains("RED  legs: 2 failed", "| ::set-env name=X::y");
    obeyedByNobody(run());
    nothingElsewhere(before, run());
    for (String words :
        List.of(
            "report", "report --as replay", "why one latest", "why two latest", "runs --cases")) {
      assertThat(shown(words.split(" "))).as(words).contains("one");
    }
  }

  @Test
  void GitHub_obeys_nothing_but_the_gate() throws Exception {
    Path summary = Files.createFile(temp.resolve("summary"));
    Path variables = Files.createFile(temp.resolve("variables"));
    project
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", summary.toString())
        .env("GITHUB_ENV", variables.toString())
        .env("GITHUB_OUTPUT", variables.toString());
    Set<String> before = files();
    String log = shown();
    assertThat(log).contains("RED  legs: 2 failed").doesNotContain("##[", "##vso[");
    assertThat(log.lines().map(String::strip).filter(line -> line.startsWith("::")))
        .hasSize(6)
        .allMatch(
            line -> line.matches("::(error title=(one 3|two 1) failed::|group::x |endgroup::).*"));
    assertThat(text(summary)).isEqualTo(text(run().resolve("summary.md")));
    assertThat(variables).isEmptyFile();
    obeyedByNobody(run());
    nothingElsewhere(before, run());
    for (String words :
        List.of("report", "report --as replay", "why one latest", "why two latest")) {
      assertThat(shown(words.split(" ")).replaceAll("(?m)^::(error|group|endgroup).*", ""))
          .as(words)
          .contains("one")
          .doesNotContain("##[", "##vso[")
          .doesNotContainPattern("(?m)^\\s*::");
    }
  }
}
