package gate.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Signs")
class SignsTest {
  private static final List<String> TEXTS = List.of("ab_", "a-", "_a_", "x", "://");
  private static final Signs SIGNS = new Signs(TEXTS);

  @Test
  void are_found_wherever_one_of_them_stands() {
    Random random = new Random(7);
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(7); n > 0; n--) {
        text.append("ab_-:/äx".charAt(random.nextInt(100) == 0 ? 7 : random.nextInt(7)));
      }
      boolean there = TEXTS.stream().anyMatch(text.toString()::contains);
      found += there ? 1 : 0;
      assertThat(SIGNS.in(text.toString())).as(text.toString()).isEqualTo(there);
    }
    assertThat(found).isBetween(1_000, 19_000);
  }

  @Test
  void without_a_rare_character_are_refused() {
    assertThatThrownBy(() -> new Signs(List.of("abc")))
        .hasMessage("no character of it is rare: abc");
  }
}
