package gate.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Something that is so, and what it is so for.
 *
 * @param kind what it tells of, one word, for programs
 * @param text a sentence, fit for a terminal
 * @param because what it follows from, or what to do about it
 */
public record Because(String kind, String text, List<Because> because) {
  /** What GitHub would obey at the beginning of a line, blanks aside. */
  private static final Pattern COMMAND = Pattern.compile("[\\s\\h]*::");

  public Because {
    text = kind.equals("do") ? text : Clean.line(text);
    because = List.copyOf(because);
  }

  public Because(String kind, String text, Because... because) {
    this(kind, text, List.of(because));
  }

  /** What a person can do: words, and a command that can be pasted. */
  public static Because command(String what, String command) {
    return new Because("do", Clean.line(what) + ": " + Paste.of(command));
  }

  /** As lines, what follows below what it follows from. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    add(this, "", lines);
    return lines;
  }

  private static void add(Because it, String indent, List<String> lines) {
    boolean others = it.kind().equals("line") || COMMAND.matcher(it.text()).lookingAt();
    lines.add(indent + (others ? "| " : "") + it.text());
    it.because().forEach(below -> add(below, indent + "  ", lines));
  }

  /** As plain values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", kind);
    fields.put("text", text);
    fields.put("because", because.stream().map(Because::fields).toList());
    return fields;
  }
}
