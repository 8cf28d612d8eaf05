package gate.kernel.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The environment of the order that went over the wire last; of the next one only what differs
 * travels. Gate and guardian keep one each, for orders in one order.
 */
final class SentEnvironment {
  private final Map<String, String> last = new LinkedHashMap<>();

  void write(DataOutputStream wire, Map<String, String> env) throws IOException {
    List<String> gone = new ArrayList<>();
    for (String name : last.keySet()) {
      if (!env.containsKey(name)) {
        gone.add(name);
      }
    }
    Map<String, String> changed = new LinkedHashMap<>();
    for (Map.Entry<String, String> variable : env.entrySet()) {
      if (!variable.getValue().equals(last.get(variable.getKey()))) {
        changed.put(variable.getKey(), variable.getValue());
      }
    }
    wire.writeInt(gone.size());
    for (String name : gone) {
      Wire.writeText(wire, name);
    }
    wire.writeInt(changed.size());
    for (Map.Entry<String, String> variable : changed.entrySet()) {
      Wire.writeText(wire, variable.getKey());
      Wire.writeText(wire, variable.getValue());
    }
    last.keySet().removeAll(gone);
    last.putAll(changed);
  }

  /** The whole environment; it is good until the next one is read. */
  Map<String, String> read(DataInputStream wire) throws IOException {
    for (int n = Wire.readCount(wire); n > 0; n--) {
      last.remove(Wire.readText(wire));
    }
    for (int n = Wire.readCount(wire); n > 0; n--) {
      String name = Wire.readText(wire);
      last.put(name, Wire.readText(wire));
    }
    return last;
  }
}
