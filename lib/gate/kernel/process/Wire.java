package gate.kernel.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What gate and guardian say to one another. A message is one byte for its kind, one int that ties
 * an answer to its question, and the fields below; it leaves in one write.
 */
final class Wire {
  // gate to guardian
  static final int SPAWN = 1; // Order
  static final int END = 2; // long grace; the int is the one of SPAWN
  static final int SWEEP = 3; // long grace
  static final int CLEAR = 4; // long grace
  // guardian to gate
  static final int HELLO = 11; // long mark
  static final int SPAWNED = 12; // long pid
  static final int FAILED = 13; // text
  static final int EXITED = 14; // boolean signal, int value, boolean last; may be before SPAWNED
  static final int SURVIVORS = 15; // list

  /** Larger than most orders, so that they leave in one write. */
  static final int BUFFER = 64 * 1024;

  private Wire() {}

  static void writeSurvivors(WireOut wire, List<Survivor> survivors) throws IOException {
    wire.writeInt(survivors.size());
    for (Survivor survivor : survivors) {
      wire.writeLong(survivor.pid());
      wire.writeText(survivor.command());
    }
  }

  static List<Survivor> readSurvivors(WireIn wire) throws IOException {
    List<Survivor> survivors = new ArrayList<>();
    for (int n = wire.readCount(); n > 0; n--) {
      long pid = wire.readLong();
      survivors.add(new Survivor(pid, wire.readText()));
    }
    return List.copyOf(survivors);
  }
}
