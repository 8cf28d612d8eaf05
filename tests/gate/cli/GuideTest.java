package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.ThisCheckout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

@DisplayName("The guide")
class GuideTest {
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:^`([^`\\n]+)`:\\n)?^```(\\w*)\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]*))?\\)");

  @TempDir Path temp;

  /** A piece of a page: of a file where one is named. */
  record Block(String page, String file, String language, String text) {
    @Override
    public String toString() {
      return page + ": " + text.lines().findFirst().orElse("");
    }
  }

  static List<Path> pages() throws IOException {
    try (Stream<Path> all = Files.list(ThisCheckout.root().resolve("docs/guide"))) {
      return all.sorted().toList();
    }
  }

  private static List<Block> blocks(Path page) throws IOException {
    return BLOCK
        .matcher(Files.readString(page))
        .results()
        .map(it -> new Block(page.getFileName().toString(), it.group(1), it.group(2), it.group(3)))
        .toList();
  }

  private static Stream<Block> all(String language) throws IOException {
    List<Block> all = new ArrayList<>();
    for (Path page : pages()) {
      all.addAll(blocks(page));
    }
    return all.stream().filter(it -> it.language().equals(language));
  }

  static Stream<Block> definitions() throws IOException {
    return all("yaml");
  }

  /** The first leg's are tried by {@link #leads_a_newcomer_to_a_green_leg}. */
  static Stream<Block> commands() throws IOException {
    return all("sh")
        .flatMap(it ->
            it.text()
                .lines()
                .filter(line -> line.contains("./jbang matrix.java"))
                .map(line -> new Block(it.page(), null, "sh", line)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("definitions")
  void shows_definitions_that_can_be_read(Block block) {
    String text = block.text();
    if (!text.contains("legs:")) {
      text += "legs: { one: { title: One } }\n";
    }
    String name = text.contains("name:") ? "" : "name: guide\n";
    new Checkout(temp).file("matrix.yaml", name + text);
    for (String leg : legs(text)) {
      new Checkout(temp).leg(leg, "step('a') { exec('true') }\n");
    }
    for (String manifest : List.of("reference/Cargo.toml", "Cargo.toml")) {
      new Checkout(temp).file(manifest, "[package]\nname = \"a\"\n");
    }
    Checkout.Result lint = InProcess.run(temp, List.of(), "lint");
    assertThat(lint.out()).as(lint.err()).contains("nothing wrong");
  }

  private static List<String> legs(String text) {
    return Pattern.compile("([a-z][a-z-]*): \\{ title")
        .matcher(text)
        .results()
        .map(it -> it.group(1))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void shows_commands_that_there_are(Block block) {
    String words =
        block
            .text()
            .replaceFirst(".*\\./jbang matrix\\.java", "")
            .replaceFirst("\\s#.*", "")
            .replaceAll("\"[^\"]*\"", "text")
            .strip();
    CommandLine line = Matrix.commandLine(InProcess.world(temp));
    line.parseArgs(words.isEmpty() ? new String[0] : words.split(" +"));
  }

  @Test
  void links_to_what_is_there() throws IOException {
    for (Path page : pages()) {
      LINK.matcher(Files.readString(page))
          .results()
          .filter(it -> !it.group(1).startsWith("http"))
          .forEach(it -> linked(page, it.group(1), it.group(2)));
    }
  }

  private static void linked(Path page, String file, String heading) {
    Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    assertThat(target).as(page.toString()).exists();
    if (heading != null) {
      assertThat(
              Checkout.read(target)
                  .lines()
                  .filter(line -> line.startsWith("#"))
                  .map(GuideTest::anchor))
          .as(page + " links to " + target)
          .contains(heading);
    }
  }

  private static String anchor(String heading) {
    return heading
        .replaceFirst("#+ ", "")
        .toLowerCase(java.util.Locale.ROOT)
        .replaceAll("[^a-z0-9 -]", "")
        .replace(' ', '-');
  }

  /** Does what the page says, in a checkout with legs of somebody else's. */
  @Test
  void leads_a_newcomer_to_a_green_leg() throws Exception {
    Checkout project =
        TinyCrate.in(new Checkout(temp).one("step('a') { exec('true') }\n"), "theirs");
    String said = "";
    for (Block block : blocks(ThisCheckout.root().resolve("docs/guide/first-leg.md"))) {
      if (block.language().equals("sh")) {
        for (String line : block.text().lines().toList()) {
          said += did(project, line).out();
        }
      } else {
        project.file(block.file(), block.text());
      }
    }
    assertThat(said)
        .contains("GREEN  1 leg, 2 steps, 1 case passed", "GREEN  SELECTED: 1 leg, 1 step passed");
  }

  private static Checkout.Result did(Checkout project, String line) {
    Checkout.Result result = project.shell(line.replace("./jbang matrix.java", project.command()));
    assertThat(result.code()).as(line + "\n" + result.out() + result.err()).isZero();
    return result;
  }
}
