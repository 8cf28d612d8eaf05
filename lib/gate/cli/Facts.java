package gate.cli;

import gate.host.Fact;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Facts about the host, for people and for programs. */
final class Facts {
  private Facts() {}

  /**
   * As a table: fact, state and proof, with the fix and what it does below.
   *
   * @param effects what a fact does, a sentence each
   */
  static void print(
      List<Fact> facts, Function<Fact, List<String>> effects, String indent, PrintStream out) {
    if (facts.isEmpty()) {
      return;
    }
    int name = width("fact", facts.stream().map(Fact::name));
    int level = width("state", facts.stream().map(Fact::level));
    String row = indent + "%-" + name + "s  %-" + level + "s  %s%n";
    String below = " ".repeat(indent.length() + name + level + 4);
    out.printf(row, "fact", "state", "proof, and the fix");
    for (Fact fact : facts) {
      out.printf(row, fact.name(), fact.level(), fact.proof());
      if (!fact.fix().isEmpty()) {
        out.println(below + "fix: " + fact.fix());
      }
      effects.apply(fact).forEach(effect -> out.println(below + "so: " + effect));
    }
  }

  private static int width(String title, Stream<String> texts) {
    return Stream.concat(Stream.of(title), texts).mapToInt(String::length).max().orElseThrow();
  }

  /** A fact's fields. */
  static Map<String, Object> fields(Fact fact) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", fact.name());
    fields.put("state", fact.state().toString());
    fields.put("level", fact.level());
    fields.put("proof", fact.proof());
    fields.put("fix", fact.fix());
    fields.put("details", fact.details());
    return fields;
  }
}
