package gate.kernel.process;

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

  void write(WireOut wire, Map<String, String> env) throws IOException {
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
      wire.writeText(name);
    }
    wire.writeInt(changed.size());
    for (Map.Entry<String, String> variable : changed.entrySet()) {
      wire.writeText(variable.getKey());
      wire.writeText(variable.getValue());
    }
    last.keySet().removeAll(gone);
    last.putAll(changed);
  }

  /** The whole environment; it is good until the next one is read. */
  Map<String, String> read(WireIn wire) throws IOException {
    for (int n = wire.readCount(); n > 0; n--) {
      last.remove(wire.readText());
    }
    for (int n = wire.readCount(); n > 0; n--) {
      String name = wire.readText();
      last.put(name, wire.readText());
    }
    return last;
  }
}
