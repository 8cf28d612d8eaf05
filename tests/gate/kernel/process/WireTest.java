package gate.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What travels between gate and guardian")
class WireTest {
  private static final long SEED = 7;

  /** As a pipe may give it: in pieces of any size. */
  private static InputStream pieces(byte[] bytes, int most) {
    Random random = new Random(SEED);
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] to, int at, int length) throws IOException {
        return super.read(to, at, Math.min(length, 1 + random.nextInt(most)));
      }
    };
  }

  private static String text(Random random) {
    int length =
        switch (random.nextInt(40)) {
          case 0 -> Wire.BUFFER - 2 + random.nextInt(5);
          case 1 -> 3 * Wire.BUFFER;
          default -> random.nextInt(300);
        };
    return random.nextBoolean() ? "x".repeat(length) : "ü𝄞".repeat(length / 6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1_000, 1_000_000})
  void arrives_as_it_was_whatever_its_pieces(int most) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WireOut out = new WireOut(bytes);
    Random random = new Random(SEED);
    for (int i = 0; i < 2_000; i++) {
      out.writeByte(random.nextInt(256));
      out.writeInt(random.nextInt());
      out.writeLong(random.nextLong());
      out.writeBoolean(random.nextBoolean());
      out.writeText(text(random));
      if (random.nextBoolean()) {
        out.flush();
      }
    }
    out.flush();
    WireIn in = new WireIn(pieces(bytes.toByteArray(), most));
    random = new Random(SEED);
    for (int i = 0; i < 2_000; i++) {
      assertThat(in.readByte()).isEqualTo((byte) random.nextInt(256));
      assertThat(in.readInt()).isEqualTo(random.nextInt());
      assertThat(in.readLong()).isEqualTo(random.nextLong());
      assertThat(in.readBoolean()).isEqualTo(random.nextBoolean());
      assertThat(in.readText().equals(text(random))).isTrue();
      random.nextBoolean();
    }
    assertThatThrownBy(in::readByte).isInstanceOf(EOFException.class);
  }

  @Test
  void leaves_in_one_write() throws IOException {
    int[] writes = {0};
    WireOut out =
        new WireOut(
            new ByteArrayOutputStream() {
              @Override
              public synchronized void write(byte[] from, int at, int length) {
                writes[0]++;
              }
            });
    out.writeInt(1);
    out.writeText("x".repeat(10_000));
    assertThat(writes[0]).isZero();
    out.flush();
    assertThat(writes[0]).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 200_000})
  void ends_where_it_is_cut_off_in_a_text(int length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WireOut out = new WireOut(bytes);
    out.writeText("x".repeat(length));
    out.flush();
    byte[] cut = java.util.Arrays.copyOf(bytes.toByteArray(), length);
    assertThatThrownBy(new WireIn(pieces(cut, 1_000))::readText).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, 64 * 1024 * 1024 + 1})
  void is_refused_where_it_claims_a_length_that_cannot_be(int length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WireOut out = new WireOut(bytes);
    out.writeInt(length);
    out.flush();
    assertThatThrownBy(new WireIn(pieces(bytes.toByteArray(), 9))::readText)
        .isInstanceOf(IOException.class)
        .hasMessage("a length of " + length);
  }
}
