package gate.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Secrets")
class SecretsTest {
  private static final Secrets SECRETS =
      Secrets.of(Map.of("A", "abcabd", "LONG", "abcabdefg", "LINES", "first line\nsecond line\nx"));

  private static String streamed(Secrets secrets, byte[] bytes, Random sizes) {
    Secrets.Stream stream = secrets.stream();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; ) {
      int n = Math.min(bytes.length - at, 1 + sizes.nextInt(7));
      byte[] chunk = new byte[n];
      System.arraycopy(bytes, at, chunk, 0, n);
      out.writeBytes(stream.next(chunk, n));
      at += n;
    }
    out.writeBytes(stream.end());
    return out.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      value = {
        "xabcabdx¦x[secret A]x",
        "abcabcabd¦abc[secret A]",
        "abcabdefg¦[secret LONG]",
        "abcabdef¦[secret A]ef",
        "abcab¦abcab",
        "> first line <¦> [secret LINES] <",
        "first line\\nsecond line\\nx¦[secret LINES]",
        "x¦x",
      })
  void are_masked_the_longest_first_in_texts_and_streams(String text, String masked) {
    assertThat(SECRETS.mask(text)).isEqualTo(masked);
    for (int seed = 0; seed < 50; seed++) {
      assertThat(streamed(SECRETS, text.getBytes(StandardCharsets.UTF_8), new Random(seed)))
          .isEqualTo(masked);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"b\\c$d äé", "$1\\1 \\Q.*\\E", "日本語日本語", "😀😀😀😀😀😀", "it's 'it'"})
  void may_have_any_characters(String value) {
    Secrets secrets = Secrets.of(Map.of("S", value));
    String text =
        "<" + value + "> {\"a\":\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"} ä";
    String masked = "<[secret S]> {\"a\":\"[secret S]\"} ä";
    assertThat(secrets.mask(text)).isEqualTo(masked);
    assertThat(streamed(secrets, text.getBytes(StandardCharsets.UTF_8), new Random(1)))
        .isEqualTo(masked);
    assertThat(secrets.mask(Commands.quote("x" + value))).doesNotContain(value.substring(1));
  }

  @Test
  void leave_all_other_bytes_as_they_are() {
    Random random = new Random(7);
    byte[] bytes = new byte[100_000];
    random.nextBytes(bytes);
    Secrets.Stream stream = SECRETS.stream();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(stream.next(bytes, bytes.length));
    out.writeBytes(stream.end());
    assertThat(out.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void are_kept_from_builds() {
    Map<String, String> env = Map.of("A", "1", "B", "xabcabdy");
    assertThat(SECRETS.without(env)).containsOnlyKeys("A");
    assertThat(SECRETS.only(env)).containsOnlyKeys("B");
    assertThat(Secrets.NONE.without(env)).isEqualTo(env);
  }
}
