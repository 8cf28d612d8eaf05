package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import gate.base.Diagnostic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A file that isn't the YAML it should be")
class YamlTest {
  @Test
  @DisplayName("tells all its anchors, aliases, tags and merge keys, not only the first")
  void allAtOnce() {
    String yaml =
        """
        name: &n m
        legs:
          a: &a { title: *n }
          b: { <<: *a, title: !x y }
          ? [c]
          : {}
        """;
    assertThat(Fixture.messages(yaml))
        .containsExactly(
            "1:7: anchors and aliases aren't read: anchor `&n`",
            "3:6: anchors and aliases aren't read: anchor `&a`",
            "3:18: anchors and aliases aren't read: alias `*n`",
            "4:8: merge keys (`<<`) aren't read",
            "4:12: anchors and aliases aren't read: alias `*a`",
            "4:23: YAML tags aren't read: `!x`",
            "5:5: a key has to be a name, not a list or a mapping");
  }

  @Test
  @DisplayName("shows nothing that moves a cursor, also where a parser's own words hold it")
  void foundByFuzzing() {
    assertThat(Fixture.fault("toggles:\n  E: { &\r\n").render()).doesNotContain("\r");
  }

  @Test
  @DisplayName("is refused where it is empty, or all comments")
  void empty() {
    for (String yaml : List.of("", "\n\n", "# nothing\n", "\uFEFF")) {
      Diagnostic fault = Fixture.fault(yaml);
      assertThat(fault.render())
          .isEqualTo(
              "matrix.yaml: the file is empty; a definition needs a `name` and `legs`\n"
                  + "  begin with `name: my-matrix`");
    }
  }

  @Test
  @DisplayName("is refused where it is no mapping")
  void noMapping() {
    assertThat(Fixture.messages("---\n"))
        .containsExactly("2:1: the definition must be a mapping of keys to values, not empty");
    assertThat(Fixture.messages("- a\n"))
        .containsExactly("1:1: the definition must be a mapping of keys to values, not a list");
    assertThat(Fixture.messages("hello\n"))
        .containsExactly(
            "1:1: the definition must be a mapping of keys to values, not the text `hello`");
  }

  @Test
  @DisplayName("is refused at a NUL, and at any other control character, each line's first")
  void controlCharacters() {
    assertThat(Fixture.messages("name: a\0\0\n\u001b[31m\nx: \u2028y\n"))
        .containsExactly(
            "1:8: there is a NUL character here; a definition is a text file",
            "2:1: the character U+001B can't stand in a definition",
            "3:4: the character U+2028 can't stand in a definition");
  }

  @Test
  @DisplayName("is refused at the first byte that isn't UTF-8, counted in characters")
  void notUtf8() {
    byte[] latin = "name: m\n# é😀 \u00fc\n".getBytes(StandardCharsets.UTF_8);
    latin[latin.length - 3] = (byte) 0xE4;
    latin[latin.length - 2] = ' ';
    assertThat(faults(latin))
        .extracting(Diagnostic::render)
        .containsExactly(
            """
            matrix.yaml:2:6: the byte 0xE4 isn't UTF-8
              2 | # é😀 \uFFFD
                |      ^
              save the file as UTF-8\
            """);
    assertThat(faults("name: m\n".getBytes(StandardCharsets.UTF_16)))
        .extracting(Diagnostic::message)
        .containsExactly("the file is UTF-16; only UTF-8 is read");
    assertThat(faults(new byte[] {'a', (byte) 0xE2, (byte) 0x82}))
        .extracting(Diagnostic::message)
        .containsExactly("the byte 0xE2 isn't UTF-8");
  }

  @Test
  @DisplayName("says in plain words what the parser stumbled over")
  void syntax() {
    assertThat(Fixture.messages("name: m\nlegs:\n\ta: {}\n"))
        .containsExactly("3:1: a tab can't indent YAML");
    assertThat(Fixture.messages("name: a: b\n")).containsExactly("1:8: a `:` isn't expected here");
    assertThat(Fixture.messages("name: [a\nlegs: {}\n"))
        .containsExactly("2:5: `,` or `]` is missing before this");
    assertThat(Fixture.fault("name: m\nlegs: { a: { title: b }\n").suggestion())
        .contains("close the `{` of line 2, column 7");
    assertThat(Fixture.messages("name: \"a\n"))
        .containsExactly(
            "2:1: this isn't YAML: found unexpected end of stream (while scanning a quoted scalar,"
                + " which began at line 1)");
  }

  @Test
  @DisplayName("is read no deeper than twenty levels, however many there are")
  void deep() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (String open : List.of("[", "{a: ", "- ")) {
            assertThat(Fixture.messages("name: m\nlegs:\n  " + open.repeat(100_000)))
                .first()
                .asString()
                .contains("nested deeper than 20");
          }
        });
  }

  @Test
  @DisplayName("tells a hundred faults and that there are more, also where one line holds them all")
  void manyFaults() {
    for (String item : List.of("&a x,", "*a,", "!a x,", "a: 1,", "{x: 1},")) {
      String yaml = "name: m\nlegs: [" + item.repeat((1 << 20) / item.length() - 20) + "]\n";
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () -> {
            Loaded loaded =
                DefinitionLoader.parse(Path.of("m"), yaml.getBytes(StandardCharsets.UTF_8));
            List<Diagnostic> faults = ((Loaded.Failed) loaded).diagnostics();
            assertThat(faults).hasSizeLessThanOrEqualTo(101);
            assertThat(faults).allMatch(fault -> fault.render().length() < 2000);
          });
    }
    assertThat(Fixture.messages("name: m\n" + "a: 1\n".repeat(1000)))
        .hasSize(101)
        .last()
        .isEqualTo("0:0: there is more wrong than these 100 faults");
  }

  @Test
  @DisplayName("is told with a short name where an anchor's is a MiB long")
  void longAnchor() {
    Diagnostic fault =
        Fixture.fault("name: &" + "a".repeat(1 << 19) + " m\nlegs: { a: { title: t } }\n");
    assertThat(fault.render()).hasSizeLessThan(1000);
  }

  @Test
  @DisplayName("is refused above one MiB")
  void big() {
    assertThat(Fixture.fault("#".repeat((1 << 20) + 1)).message())
        .isEqualTo("the file has more than 1 MiB; a definition is short");
  }

  @Test
  @DisplayName("is refused in no time where chains, circles or cells are endless")
  void endless() {
    StringBuilder chain = new StringBuilder("name: m\nlegs:\n  l0: { title: x, needs: [l9000] }\n");
    for (int at = 1; at <= 9000; at++) {
      chain.append("  l" + at + ": { title: x, needs: [l" + (at - 1) + "] }\n");
    }
    StringBuilder cells = new StringBuilder("name: m\nlegs:\n");
    String values = "[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]";
    for (int at = 0; at < 100; at++) {
      cells.append("  l" + at + ": { title: x, axes: { a: " + values + ", b: " + values + " } }\n");
    }
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(Fixture.fault(chain.toString()).message())
              .startsWith("legs need each other in a circle: `l0 → l9000 → l8999 → ");
          assertThat(Fixture.fault(cells.toString()).message())
              .isEqualTo("there are 25600 legs and cells; at most 10000 are read");
        });
  }

  @Test
  @DisplayName("is never a reason to throw, and what is wrong stands in the file")
  void fuzz() {
    Random random = new Random(20261123);
    byte[] full = Fixture.FULL.getBytes(StandardCharsets.UTF_8);
    byte[] letters = "{}[]:,-#&*!|>'\"%@`? \n\t~<abZ09é\0".getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 4000; round++) {
      byte[] mutant = Arrays.copyOf(full, full.length - random.nextInt(40));
      for (int change = random.nextInt(5); change >= 0; change--) {
        mutant[random.nextInt(mutant.length)] = letters[random.nextInt(letters.length)];
      }
      assertThatNoException().as("round " + round).isThrownBy(() -> check(mutant));
    }
  }

  private static void check(byte[] yaml) {
    if (DefinitionLoader.parse(Path.of("m"), yaml) instanceof Loaded.Failed failed) {
      assertThat(failed.diagnostics()).isNotEmpty();
      int lines = new String(yaml, StandardCharsets.UTF_8).split("\r\n|\r|\n", -1).length;
      for (Diagnostic fault : failed.diagnostics()) {
        assertThat(fault.position().line()).isBetween(0, lines);
        assertThat(fault.position().column())
            .isBetween(0, fault.sourceLine().codePointCount(0, fault.sourceLine().length()) + 1);
        assertThat(fault.render()).doesNotContain("\0", "\t", "Exception");
      }
    }
  }

  private static List<Diagnostic> faults(byte[] yaml) {
    return ((Loaded.Failed) DefinitionLoader.parse(Path.of("matrix.yaml"), yaml)).diagnostics();
  }
}
