package gate.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The environment on its way to the guardian")
class SentEnvironmentTest {
  private final SentEnvironment gate = new SentEnvironment();
  private final SentEnvironment guardian = new SentEnvironment();

  private int travels(Map<String, String> env) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WireOut out = new WireOut(bytes);
    gate.write(out, env);
    out.flush();
    WireIn in = new WireIn(new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(guardian.read(in)).isEqualTo(env);
    assertThatThrownBy(in::readByte).isInstanceOf(EOFException.class);
    return bytes.size();
  }

  @Test
  @DisplayName("arrives whole, whatever was added, changed, emptied or removed since the last")
  void whole() throws IOException {
    for (Map<String, String> env :
        List.of(
            Map.of("A", "1", "B", "2"),
            Map.of("A", "1", "B", ""),
            Map.of("A", "3", "C", "ü€𝄞"),
            Map.<String, String>of(),
            Map.of("B", "2"))) {
      travels(env);
    }
  }

  @Test
  @DisplayName("costs no more than what differs")
  void difference() throws IOException {
    String large = "x".repeat(10_000);
    assertThat(travels(Map.of("LARGE", large, "STEP", "1"))).isGreaterThan(10_000);
    assertThat(travels(Map.of("LARGE", large, "STEP", "2"))).isLessThan(100);
  }
}
