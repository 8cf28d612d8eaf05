package gate.kernel.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes messages, without the layers of the JDK's streams: they are a long way for a JVM that has
 * just begun. Not safe for use by several threads.
 */
final class WireOut {
  private final OutputStream to;
  private final byte[] bytes = new byte[Wire.BUFFER];
  private int end;

  WireOut(OutputStream to) {
    this.to = to;
  }

  void writeByte(int value) throws IOException {
    room(1);
    bytes[end++] = (byte) value;
  }

  void writeBoolean(boolean value) throws IOException {
    writeByte(value ? 1 : 0);
  }

  void writeInt(int value) throws IOException {
    room(Integer.BYTES);
    bytes[end++] = (byte) (value >>> 24);
    bytes[end++] = (byte) (value >>> 16);
    bytes[end++] = (byte) (value >>> 8);
    bytes[end++] = (byte) value;
  }

  void writeLong(long value) throws IOException {
    writeInt((int) (value >>> 32));
    writeInt((int) value);
  }

  void writeText(String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    writeInt(utf8.length);
    if (utf8.length > bytes.length) {
      flush();
      to.write(utf8);
      return;
    }
    room(utf8.length);
    System.arraycopy(utf8, 0, bytes, end, utf8.length);
    end += utf8.length;
  }

  private void room(int length) throws IOException {
    if (bytes.length - end < length) {
      flush();
    }
  }

  /** Lets go of what was written so far. */
  void flush() throws IOException {
    int length = end;
    end = 0;
    to.write(bytes, 0, length);
    to.flush();
  }

  void close() throws IOException {
    to.close();
  }
}
