package gate.cli;

import gate.definition.Definition;
import gate.definition.DefinitionLoader;
import gate.definition.Loaded;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A leg to be added.
 *
 * @param title what it shows, in one line
 */
record NewLeg(String name, String title, List<String> covers, List<String> services, NewStep step) {

  /** Its script. */
  String script() {
    return """
    // What each step does stands in docs/writing-legs.md.

    step(%s) {
        %s
    }
    """
        .formatted(NewStep.quoted(step.title()), step.call());
  }

  /** Its line in the definition. */
  String line() {
    StringBuilder line = new StringBuilder("%s: { title: %s".formatted(name, quoted(title)));
    if (!covers.isEmpty()) {
      line.append(", covers: [%s]".formatted(String.join(", ", covers)));
    }
    if (!services.isEmpty()) {
      line.append(", services: [%s]".formatted(String.join(", ", services)));
    }
    return line.append(" }").toString();
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /**
   * The definition's file with the leg after all others; all else stays as it is written.
   *
   * @throws Refused where it is written in a way that this can't extend
   */
  byte[] in(Definition definition) throws IOException {
    String text = Files.readString(definition.file());
    String end = text.contains("\r\n") ? "\r\n" : "\n";
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\r?\n", -1)));
    int at =
        lines.indexOf(
            lines.stream().filter(it -> it.matches("legs:\\s*(#.*)?")).findFirst().orElse(""));
    if (at >= 0) {
      int last = at + 1;
      String indent = "  ";
      for (int i = at + 1; i < lines.size() && !lines.get(i).matches("[^\\s#].*"); i++) {
        if (lines.get(i).matches("\\s+[^\\s#].*")) {
          indent = last == at + 1 ? lines.get(i).replaceFirst("\\S.*", "") : indent;
          last = i + 1;
        }
      }
      lines.add(last, indent + line());
      byte[] bytes = String.join(end, lines).getBytes(StandardCharsets.UTF_8);
      if (DefinitionLoader.parse(definition.file(), bytes) instanceof Loaded.Ok ok
          && ok.definition().legs().size() == definition.legs().size() + 1) {
        return bytes;
      }
    }
    throw new Refused(
        "%s isn't written in a way that `new` can extend; add this line below `legs:`, and legs/%s.groovy:%n  %s"
            .formatted(definition.file(), name, line()));
  }
}
