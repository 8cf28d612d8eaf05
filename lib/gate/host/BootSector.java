package gate.host;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The guest that proves an accelerator: guest.s, which stands beside this file, as its 512 bytes. A
 * test assembles it anew and compares.
 */
final class BootSector {
  /** What it writes to the first serial port from long mode. */
  static final String LINE = "a 64-bit guest ran\n";

  /** What QEMU leaves with when it writes to an isa-debug-exit device. */
  static final int EXIT_CODE = 0x10 * 2 + 1;

  private static final int SIZE = 512;
  private static final String CODE =
      """
      fafc31c08ed88ec08ed0bc007cea127c0000bf00106631c0b9000c66f3abc706
      00100320c70600200330c7060030830066b8001000000f22d80f20e00c200f22
      e066b9800000c00f3280cc010f300f0116c87c0f20c0660d010000800f22c0ea
      647c0800b8100000008ed88ed048b9000000000100000048c1e90548ffc975fb
      488d3547000000ac84c0741488c366bafd03eca82074f788d866baf803eeebe7
      b01066baf400eef4ebfd660f1f440000000000000000000000000000009a2000
      00000000009200001700b07c0000612036342d6269742067756573742072616e
      0a
      """;

  private BootSector() {}

  /** Its bytes; a new array each time. */
  static byte[] bytes() {
    ByteBuffer sector = ByteBuffer.allocate(SIZE);
    sector.put(HexFormat.of().parseHex(CODE.replace("\n", "")));
    sector.put(SIZE - 2, (byte) 0x55).put(SIZE - 1, (byte) 0xaa);
    return sector.array();
  }
}
