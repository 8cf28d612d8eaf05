package gate.definition;

import gate.base.Position;
import gate.base.Shown;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Words what SnakeYAML's parser stumbled over. */
final class SyntaxError {
  private SyntaxError() {}

  static void add(MarkedYAMLException wrong, Problems problems) {
    String problem = wrong.getProblem() == null ? "it can't be read on" : wrong.getProblem();
    Mark mark = wrong.getProblemMark() == null ? wrong.getContextMark() : wrong.getProblemMark();
    Position at = mark == null ? Position.WHOLE_FILE : YamlReader.position(mark);
    if (problem.contains("'\\t(TAB)'")) {
      problems.add(at, "a tab can't indent YAML", "indent with spaces");
    } else if (problem.startsWith("mapping values are not allowed")) {
      problems.add(
          at,
          "a `:` isn't expected here",
          "quote the text if the `:` belongs to it, or check the indentation");
    } else if (problem.startsWith("expected ',' or '") && wrong.getContextMark() != null) {
      Position open = YamlReader.position(wrong.getContextMark());
      char bracket = problem.charAt(17) == ']' ? '[' : '{';
      problems.add(
          at,
          String.format("`,` or `%c` is missing before this", problem.charAt(17)),
          String.format(
              "close the `%c` of line %d, column %d", bracket, open.line(), open.column()));
    } else {
      problems.add(at, "this isn't YAML: " + Shown.line(problem.strip() + began(wrong, at)));
    }
  }

  private static String began(MarkedYAMLException wrong, Position at) {
    if (wrong.getContext() == null) {
      return "";
    }
    Mark mark = wrong.getContextMark();
    boolean elsewhere = mark != null && !YamlReader.position(mark).equals(at);
    String where = elsewhere ? ", which began at line " + (mark.getLine() + 1) : "";
    return " (" + wrong.getContext().strip() + where + ")";
  }
}
