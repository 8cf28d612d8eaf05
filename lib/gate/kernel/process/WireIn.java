package gate.kernel.process;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads what {@link WireOut} writes. Not safe for use by several threads. */
final class WireIn {
  /** What a kernel accepts as arguments and environment is far below. */
  private static final int LONGEST = 64 * 1024 * 1024;

  private final InputStream from;
  private final byte[] bytes = new byte[Wire.BUFFER];
  private int at;
  private int end;

  WireIn(InputStream from) {
    this.from = from;
  }

  /**
   * @throws EOFException if nothing more comes; so do all others
   */
  byte readByte() throws IOException {
    need(1);
    return bytes[at++];
  }

  boolean readBoolean() throws IOException {
    return readByte() != 0;
  }

  int readInt() throws IOException {
    need(Integer.BYTES);
    int value =
        bytes[at] << 24
            | (bytes[at + 1] & 0xff) << 16
            | (bytes[at + 2] & 0xff) << 8
            | bytes[at + 3] & 0xff;
    at += Integer.BYTES;
    return value;
  }

  long readLong() throws IOException {
    return (long) readInt() << 32 | readInt() & 0xffff_ffffL;
  }

  /** How many of something follow. */
  int readCount() throws IOException {
    int count = readInt();
    if (count < 0 || count > LONGEST) {
      throw new IOException("a length of " + count);
    }
    return count;
  }

  String readText() throws IOException {
    int length = readCount();
    if (length > bytes.length) {
      return new String(large(length), StandardCharsets.UTF_8);
    }
    need(length);
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  private byte[] large(int length) throws IOException {
    byte[] text = new byte[length];
    int there = Math.min(length, end - at);
    System.arraycopy(bytes, at, text, 0, there);
    at += there;
    if (from.readNBytes(text, there, length - there) < length - there) {
      throw new EOFException();
    }
    return text;
  }

  /** Waits until so many bytes are there, which are no more than it can hold. */
  private void need(int length) throws IOException {
    if (end - at >= length) {
      return;
    }
    System.arraycopy(bytes, at, bytes, 0, end - at);
    end -= at;
    at = 0;
    while (end < length) {
      int got = from.read(bytes, end, bytes.length - end);
      if (got < 0) {
        throw new EOFException();
      }
      end += got;
    }
  }
}
