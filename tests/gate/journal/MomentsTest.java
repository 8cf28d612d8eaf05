package gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The time of an entry")
class MomentsTest {
  private final Moments moments = new Moments();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-27T10:08:17Z",
        "2026-11-27T10:08:17.001Z",
        "2026-11-27T10:08:17.100Z",
        "2026-11-27T10:08:17.000001Z",
        "2026-11-27T10:08:17.120300Z",
        "2026-11-27T10:08:17.000000001Z",
        "2026-11-27T10:08:17.999999999Z",
        "1969-12-31T23:59:59.999Z",
        "0000-01-01T00:00:00Z",
        "-0044-03-15T12:00:00.500Z",
        "+10000-01-01T00:00:00.000000001Z"
      })
  void is_written_as_Java_writes_it(String text) {
    assertThat(moments.text(Instant.parse(text))).isEqualTo(text);
  }

  @Test
  void is_right_whichever_one_came_before() {
    Random random = new Random(7);
    Instant at = Instant.parse("2026-11-27T10:08:17Z");
    for (int i = 0; i < 10_000; i++) {
      long step = random.nextInt(4) == 0 ? 1_000_000 : random.nextInt(4) == 0 ? 1_000 : 1;
      at = at.plusNanos(random.nextLong(-400_000_000, 500_000_000) / step * step);
      assertThat(moments.text(at)).isEqualTo(at.toString());
    }
  }
}
