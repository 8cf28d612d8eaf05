package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TextTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "0,       0 ms",
    "999,     999 ms",
    "1000,    1.0 s",
    "12399,   12.3 s",
    "59999,   59.9 s",
    "60000,   1 m 00 s",
    "125000,  2 m 05 s",
    "3599999, 59 m 59 s",
    "3720000, 1 h 02 m",
    "360000000, 100 h 00 m",
  })
  void a_length_of_time_is_short_and_never_rounded_up(long millis, String text) {
    assertThat(Amounts.time(millis)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 legs", "1, 1 leg", "2, 2 legs"})
  void things_are_counted_in_their_number(long count, String text) {
    assertThat(Amounts.of(count, "leg")).isEqualTo(text);
  }

  static Stream<Arguments> widths() {
    return Stream.of(
        Arguments.of("short", 10, "short"),
        Arguments.of("exactly", 7, "exactly"),
        Arguments.of("too long", 7, "too lo…"),
        Arguments.of("漢字漢字", 8, "漢字漢字"),
        Arguments.of("漢字漢字", 7, "漢字漢…"),
        Arguments.of("漢字漢字", 6, "漢字…"),
        Arguments.of("🦀🦀", 3, "🦀…"),
        Arguments.of("e\u0301e\u0301", 2, "e\u0301e\u0301"),
        Arguments.of("\u2764\uFE0F\u2764\uFE0F", 3, "\u2764\uFE0F…"),
        Arguments.of("\uD83C\uDE10\u2329", 3, "\uD83C\uDE10…"),
        Arguments.of("any", 0, ""));
  }

  @ParameterizedTest
  @MethodSource("widths")
  void a_line_is_cut_to_the_columns_it_takes(String text, int columns, String cut) {
    assertThat(Width.cut(text, columns)).isEqualTo(cut);
  }

  static Stream<Arguments> dirty() {
    return Stream.of(
        Arguments.of("\u001B[1;31mred\u001B[0m", "red"),
        Arguments.of("\u001B]8;;http://x\u001B\\link\u001B]8;;\u0007", "link"),
        Arguments.of("\u001B[2", "·[2"),
        Arguments.of("a\r\nb\nc\rd", "a b c d"),
        Arguments.of("\u202Eevil\u0000", "·evil·"),
        Arguments.of("##vso[task.complete] ##[group] ##x", "# #vso[task.complete] # #[group] ##x"),
        Arguments.of("lone \uD800", "lone ·"));
  }

  @ParameterizedTest
  @MethodSource("dirty")
  void nothing_reaches_the_terminal_that_it_would_obey(String text, String clean) {
    assertThat(Clean.line(text)).isEqualTo(clean);
  }

  @ParameterizedTest
  @CsvSource({"cargo test -p a", "A='b c' ./jbang matrix.java"})
  void a_plain_command_is_pasted_as_it_is(String command) {
    assertThat(Paste.of(command)).isEqualTo(command);
  }

  @Test
  void a_command_that_cant_be_shown_is_pasted_in_words_that_bash_takes_back() throws Exception {
    String command = "printf '%s' 'a\nb\t\u001B[2J\\n\u202E é ##[error]'";
    String paste = Paste.of(command);
    assertThat(paste).doesNotContainPattern("\\p{Cntrl}").doesNotContain("\u202E", "##");
    ProcessBuilder bash = new ProcessBuilder("bash", "-c", paste).redirectErrorStream(true);
    bash.environment().put("LC_ALL", "C.UTF-8");
    Process process = bash.start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("a\nb\t\u001B[2J\\n\u202E é ##[error]");
  }

  static Stream<Arguments> markdown() {
    return Stream.of(
        Arguments.of("leg `a` failed", "leg `a` failed"),
        Arguments.of("an odd ` tick", "an odd &#96; tick"),
        Arguments.of("PLASMA_E2E=1 _x_", "PLASMA_E2E=1 &#95;x&#95;"),
        Arguments.of("a | b", "a &#124; b"),
        Arguments.of("`a | b`", "&#96;a &#124; b&#96;"),
        Arguments.of("<b>&", "&#60;b&#62;&#38;"),
        Arguments.of("--- a-b", "&#45;-- a-b"),
        Arguments.of("@all", "@<!-- -->all"),
        Arguments.of("see http://x", "see http&#58;//x"),
        Arguments.of("# [x](y)\n- z", "&#35; &#91;x&#93;(y) - z"));
  }

  @ParameterizedTest
  @MethodSource("markdown")
  void a_text_in_markdown_stays_a_text(String text, String safe) {
    assertThat(Markdown.text(text)).isEqualTo(safe);
  }

  @Test
  void a_block_of_markdown_is_fenced_by_more_than_it_holds() {
    assertThat(Markdown.block(List.of("a", "````"))).isEqualTo("`````text\na\n````\n`````\n");
  }

  @Test
  void a_huge_log_is_read_from_its_end() throws IOException {
    try (RandomAccessFile log = new RandomAccessFile(folder.resolve("log").toFile(), "rw")) {
      log.seek(20L << 30);
      log.write(("\n" + lines(1, 20)).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(LogTail.of(folder, "log")).isEqualTo(lines(6, 20).lines().toList());
  }

  private static String lines(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> "line " + i + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void a_log_is_shown_clean_and_cut() throws IOException {
    Files.write(folder.resolve("log"), new byte[] {'a', (byte) 0xFF, 27, '[', '2', 'J', 'b', 7});
    assertThat(LogTail.of(folder, "log")).containsExactly("a\uFFFDb·");
    Files.writeString(folder.resolve("log"), "x".repeat(100_000));
    assertThat(LogTail.of(folder, "log")).containsExactly("x".repeat(239) + "…");
  }

  @Test
  void a_log_that_cant_be_shown_says_why() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(folder.resolve("secret"), "secret");
    Files.writeString(run.resolve("empty"), "");
    Files.createSymbolicLink(run.resolve("link"), folder.resolve("secret"));
    assertThat(
            Stream.of("none", "empty", "../secret", "link", ".", "\0")
                .map(log -> LogTail.of(run, log).getFirst()))
        .containsExactly(
            "(it isn't there)",
            "(it is empty)",
            "(it is no file of this run)",
            "(it is no file of this run)",
            "(it is no file of this run)",
            "(it has no valid name)");
  }

  @Test
  void a_leg_is_repeated_with_the_toggles_that_were_set() {
    assertThat(Again.leg(Stories.RED.view().run().started(), "it's"))
        .isEqualTo(
            "MATRIX_WORKSPACE='/src/my platform' ./jbang matrix.java 'it'\\''s' --set ROUNDS=4");
  }
}
