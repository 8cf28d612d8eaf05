package gate.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The guardian's small parts")
class PiecesTest {

  @Test
  @DisplayName("read a process's state, whatever its name is made of")
  void readsStat() {
    String rest = " S 7 42 -1 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 5 0 987654321 8 9\n";
    assertThat(stat("4711 (a) R 1 (b) c)" + rest))
        .isEqualTo(new Stat(4711, "a) R 1 (b) c", 'S', 7, 42, -1, 5, 987654321L));
    assertThat(stat("1 ()" + rest).name()).isEmpty();
  }

  @ParameterizedTest(name = "take `{0}` for no state")
  @ValueSource(strings = {"", "1", "1 (x", "(x)", "1 (x)", "x y z"})
  void refusesStat(String text) {
    assertThat(stat(text)).isNull();
  }

  private static Stat stat(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Stat.parse(bytes, bytes.length);
  }

  @Test
  @DisplayName("give marks that nest deep, each below the limit of its gate")
  void marksNest() {
    Random random = new Random(1);
    long limit = -1;
    for (int depth = 0; depth < 20; depth++) {
      long mark = Mark.below(limit, random);
      assertThat(mark).isNotEqualTo(Mark.NONE).isNotEqualTo(Mark.below(limit, random));
      assertThat(Mark.marked(mark, limit)).isTrue();
      assertThat(Mark.marked(mark, mark)).isFalse();
      assertThat(Mark.marked(Mark.below(mark, random), limit)).isTrue();
      assertThat(Mark.marked(limit, limit)).isFalse();
      assertThat(Mark.marked(-1, limit)).isFalse();
      limit = mark;
    }
    assertThat(Mark.below(5, random)).isEqualTo(Mark.NONE);
  }

  @Test
  @DisplayName("describe every signal")
  void describes() {
    assertThat(Exit.ofSignal(31).describe()).isEqualTo("killed by SIGSYS (31)");
    assertThat(Exit.ofSignal(34).describe()).isEqualTo("killed by SIGRTMIN+0 (34)");
    assertThat(Exit.ofSignal(64).describe()).isEqualTo("killed by SIGRTMIN+30 (64)");
    assertThatThrownBy(() -> new Exit(OptionalInt.of(1), OptionalInt.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("shorten a command line by whole characters")
  void shortens() {
    assertThat(Proc.shown("a".repeat(200))).isEqualTo("a".repeat(200));
    assertThat(Proc.shown("a".repeat(201))).isEqualTo("a".repeat(199) + "…");
    assertThat(Proc.shown("a".repeat(198) + "𝄞𝄞")).isEqualTo("a".repeat(198) + "…");
    assertThat(Proc.shown("a\u0000\u007f\u009b\ufeff")).isEqualTo("a\\x00\\x7f\\x9b\\u{feff}");
  }
}
