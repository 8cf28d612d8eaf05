package gate.definition;

import java.util.List;
import java.util.Map;

/** Writes JSON, indented; lists of single values in one line. */
final class Json {
  private final StringBuilder text = new StringBuilder();

  private Json() {}

  /** Writes maps, lists, texts, numbers and truth values. */
  static String of(Object value) {
    Json json = new Json();
    json.value(value, "\n");
    return json.text.append('\n').toString();
  }

  private void value(Object value, String lineBreak) {
    switch (value) {
      case Map<?, ?> map -> object(map, lineBreak);
      case List<?> list -> array(list, lineBreak);
      case String string -> string(string);
      case Number number -> text.append(number);
      case Boolean truth -> text.append(truth);
      default -> throw new IllegalArgumentException("no JSON: " + value);
    }
  }

  private void object(Map<?, ?> map, String lineBreak) {
    String inner = lineBreak + "  ";
    String separator = "{";
    for (Map.Entry<?, ?> member : map.entrySet()) {
      text.append(separator).append(inner);
      string(String.valueOf(member.getKey()));
      text.append(": ");
      value(member.getValue(), inner);
      separator = ",";
    }
    text.append(map.isEmpty() ? "{}" : lineBreak + "}");
  }

  private void array(List<?> list, String lineBreak) {
    boolean flat = list.stream().noneMatch(it -> it instanceof Map || it instanceof List);
    String inner = flat ? "" : lineBreak + "  ";
    String separator = "[";
    for (Object item : list) {
      text.append(separator).append(inner);
      value(item, inner);
      separator = flat ? ", " : ",";
    }
    text.append(list.isEmpty() ? "[]" : flat ? "]" : lineBreak + "]");
  }

  private void string(String string) {
    text.append('"');
    for (int at = 0; at < string.length(); at++) {
      char letter = string.charAt(at);
      switch (letter) {
        case '"', '\\' -> text.append('\\').append(letter);
        case '\n' -> text.append("\\n");
        default -> {
          if (letter < ' ') {
            text.append(String.format("\\u%04x", (int) letter));
          } else {
            text.append(letter);
          }
        }
      }
    }
    text.append('"');
  }
}
