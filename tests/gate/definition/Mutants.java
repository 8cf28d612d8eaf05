package gate.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Copies of a tree, each with one change at one place: every change at every place. */
final class Mutants {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a value is replaced by, as JSON. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "2",
          "9",
          "10",
          "1.5",
          "1000000000",
          "999999999999999",
          "1000000000000000",
          "\"\"",
          "\" \"",
          "\" x\"",
          "\"x \"",
          "\"x\"",
          "\"x-1\"",
          "\"1x\"",
          "\"-x\"",
          "\"Xy\"",
          "\"X_1\"",
          "\"_X\"",
          "\"x y\"",
          "\"x_y\"",
          "\"5\"",
          "\"5s\"",
          "\"250ms\"",
          "\"7d\"",
          "\"0s\"",
          "\"05s\"",
          "\"-5s\"",
          "\"5 s\"",
          "\"5min\"",
          "\"1.5h\"",
          "\"1234567s\"",
          "\"s\"",
          "\"x\\n\"",
          "\"x\\ny\"",
          "\"\\u0000\"",
          "\"x\\u001bx\"",
          "\"x\\u202ex\"",
          "\"é\"",
          "\"\\ud83d\\ude00\"",
          "\"../x\"",
          "\"/x\"",
          "\"x/../y\"",
          "\".\"",
          "\"./x\"",
          "\"x//y\"",
          "\"x/\"",
          "\"x*\"",
          "\"x\\\\y\"",
          "\"..x\"",
          "\"x/.y\"",
          "\"kvm\"",
          "\"tcg\"",
          "\"any\"",
          "\"deny\"",
          "\"allow\"",
          "\"flaky\"",
          "\"flag\"",
          "\"choice\"",
          "\"path\"",
          "\"number\"",
          "\"bool\"",
          "\"DRY_RUN\"",
          "\"LOG_DIR\"",
          "\"{port}\"",
          "\"a{index}b{dir}\"",
          "\"{peers\"",
          "\"{prt}\"",
          "\"{ port}\"",
          "\"{endpoint:x}\"",
          "\"{endpoint:}\"",
          "\"{endpoint:X}\"",
          "\"{endpoint}\"",
          "\"{\\\"a\\\":1}\"",
          "\"{}\"",
          "\"{port}{nope}\"",
          "[]",
          "[[]]",
          "[\"x\"]",
          "[\"X\"]",
          "[\"x\",\"x\"]",
          "[\"x\",\"y\"]",
          "[\"X\",\"X\"]",
          "[1,1]",
          "[1,2]",
          "[1,\"1\"]",
          "[true]",
          "[null]",
          "[\"flaky\",\"flaky\"]",
          "[{}]",
          "[{\"engine\":\"redb\"},{\"engine\":\"redb\"}]",
          "{}",
          "{\"x\":\"y\"}",
          "{\"X\":\"y\"}",
          "{\"X\":1}",
          "{\"X\":\"{prt}\"}",
          "{\"x\":[1]}",
          "{\"x\":[]}",
          "{\"x\":{}}",
          "{\"X\":{}}",
          "{\"x\":{\"title\":\"y\"}}",
          "{\"X\":{\"type\":\"flag\"}}",
          "{\"X\":{\"type\":\"flag\",\"default\":\"1\"}}",
          "{\"type\":\"flag\"}",
          "{\"type\":\"flag\",\"values\":[\"x\",\"y\"]}",
          "{\"type\":\"choice\"}",
          "{\"type\":\"choice\",\"values\":[\"x\",\"y\"]}",
          "{\"type\":\"path\",\"default\":\"/x\"}",
          "{\"type\":\"number\",\"default\":1.5}",
          "{\"title\":\"y\",\"exclude\":[{\"x\":1}]}",
          "{\"path\":\"x\"}",
          "{\"bin\":\"x\"}",
          "{\"health\":\"/x\"}",
          "{\"health\":\"grpc:x.y\"}",
          "{\"health\":\"udp\"}",
          "{\"endpoint\":\"X\"}");

  /** What a key is renamed to, and what is added as a key. */
  private static final List<String> NAMES =
      List.of(
          "unknown", "Unknown", "", " ", "x y", "X", "DRY_RUN", "LOG_DIR", "on", "x", "type",
          "default", "values", "title", "exclude", "<", "-");

  private final JsonNode base;
  private final Map<String, List<JsonNode>> found = new LinkedHashMap<>();
  private final Set<String> seen = new HashSet<>();

  private Mutants(JsonNode base) {
    this.base = base;
  }

  /** All mutants by the kind of change; none is there twice. */
  static Map<String, List<JsonNode>> of(JsonNode base) {
    Mutants mutants = new Mutants(base);
    mutants.replaceEach();
    mutants.changeObjects();
    mutants.changeArrays();
    mutants.lengths();
    return mutants.found;
  }

  private void replaceEach() {
    for (String json : VALUES) {
      for (String pointer : pointers(base, "")) {
        JsonNode copy = base.deepCopy();
        replace(copy, pointer, read(json));
        add("a value replaced by " + json, copy);
      }
    }
  }

  private void changeObjects() {
    atEach(ObjectNode.class, "a key deleted", (node, key) -> node.remove(key));
    for (String name : NAMES) {
      atEach(
          ObjectNode.class,
          "a key renamed to `" + name + "`",
          (node, key) -> node.set(name, node.remove(key)));
      atEach(ObjectNode.class, "a key `" + name + "` added", (node, _) -> node.put(name, "x"));
    }
  }

  private void changeArrays() {
    atEach(ArrayNode.class, "an item deleted", (node, at) -> node.remove(Integer.parseInt(at)));
    atEach(
        ArrayNode.class,
        "an item given twice",
        (node, at) -> node.add(node.get(Integer.parseInt(at)).deepCopy()));
  }

  private void lengths() {
    for (int length : new int[] {64, 65, 200, 201, 1000, 1001, 10_000, 10_001}) {
      for (String letter : length > 201 ? List.of("x") : List.of("x", "X", "\ud83d\ude00")) {
        for (String pointer : pointers(base, "")) {
          JsonNode copy = base.deepCopy();
          replace(copy, pointer, JsonNodeFactory.instance.textNode(letter.repeat(length)));
          add("a text of " + length + " " + letter, copy);
        }
      }
    }
  }

  private <N extends JsonNode> void atEach(
      Class<N> type, String kind, BiConsumer<N, String> change) {
    for (String pointer : pointers(base, "")) {
      int slash = pointer.lastIndexOf('/');
      if (slash >= 0 && type.isInstance(base.at(pointer.substring(0, slash)))) {
        JsonNode copy = base.deepCopy();
        change.accept(
            type.cast(copy.at(pointer.substring(0, slash))), pointer.substring(slash + 1));
        add(kind, copy);
      }
    }
  }

  private void add(String kind, JsonNode mutant) {
    List<JsonNode> same = found.computeIfAbsent(kind, _ -> new ArrayList<>());
    if (!mutant.equals(base) && seen.add(mutant.toString())) {
      same.add(mutant);
    }
  }

  private static void replace(JsonNode root, String pointer, JsonNode value) {
    int slash = pointer.lastIndexOf('/');
    if (root.at(pointer.substring(0, slash)) instanceof ArrayNode array) {
      array.set(Integer.parseInt(pointer.substring(slash + 1)), value);
    } else {
      ((ObjectNode) root.at(pointer.substring(0, slash))).set(pointer.substring(slash + 1), value);
    }
  }

  private static List<String> pointers(JsonNode node, String here) {
    List<String> pointers = new ArrayList<>();
    node.fieldNames()
        .forEachRemaining(key -> {
          pointers.add(here + "/" + key);
          pointers.addAll(pointers(node.get(key), here + "/" + key));
        });
    for (int at = 0; node.isArray() && at < node.size(); at++) {
      pointers.add(here + "/" + at);
      pointers.addAll(pointers(node.get(at), here + "/" + at));
    }
    return pointers;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException impossible) {
      throw new AssertionError(json, impossible);
    }
  }
}
