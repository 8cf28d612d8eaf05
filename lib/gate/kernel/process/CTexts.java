package gate.kernel.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Texts as C wants them: two lists of pointers, each with an end, to texts with an end. Those that
 * fit are laid out in an array and copied as a whole, since each access to native memory is a long
 * way for a JVM that has just begun. Not safe for use by several threads.
 */
final class CTexts {
  private static final int POINTER = 8;
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private final byte[] bytes = new byte[Wire.BUFFER];
  private ByteBuffer memory = Libc.memory(Wire.BUFFER);
  private long base = Libc.address(memory);
  private boolean fits;
  private int end;

  /**
   * Lays them out; good until the next are.
   *
   * @param single texts that no list points to
   * @return the addresses of both lists, then of the single texts
   */
  long[] place(List<byte[]> first, List<byte[]> second, List<byte[]> single) {
    int pointers = (first.size() + second.size() + 2) * POINTER;
    grow(pointers + size(first) + size(second) + size(single));
    end = pointers;
    long[] at = new long[2 + single.size()];
    at[0] = base;
    int slot = list(0, first);
    at[1] = base + slot;
    list(slot, second);
    for (int i = 0; i < single.size(); i++) {
      at[2 + i] = put(single.get(i));
    }
    if (fits) {
      memory.put(0, bytes, 0, end);
    }
    return at;
  }

  private void grow(long size) {
    fits = size <= bytes.length; // else they go to native memory one by one, for the heap is small
    if (size > memory.capacity()) {
      memory = Libc.memory(Math.toIntExact(size * 2));
      base = Libc.address(memory);
    }
  }

  /** Gives the slot behind the list. */
  private int list(int from, List<byte[]> texts) {
    int slot = from;
    for (byte[] text : texts) {
      point(slot, put(text));
      slot += POINTER;
    }
    point(slot, 0);
    return slot + POINTER;
  }

  private long put(byte[] text) {
    int at = end;
    end = at + text.length + 1;
    if (fits) {
      System.arraycopy(text, 0, bytes, at, text.length);
      bytes[end - 1] = 0;
    } else {
      memory.put(at, text).put(end - 1, (byte) 0);
    }
    return base + at;
  }

  private void point(int slot, long address) {
    if (!fits) {
      memory.putLong(slot, address);
      return;
    }
    for (int i = 0; i < POINTER; i++) {
      bytes[slot + i] = (byte) (address >>> 8 * (LITTLE ? i : POINTER - 1 - i));
    }
  }

  private static long size(List<byte[]> texts) {
    long size = 0;
    for (byte[] text : texts) {
      size += text.length + 1;
    }
    return size;
  }
}
