package gate.dsl;

import gate.base.Diagnostic;
import gate.base.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.codehaus.groovy.ast.ASTNode;

/** What is wrong with one script. */
final class Faults {
  private final Path file;
  private final List<String> lines;
  private final List<Diagnostic> all = new ArrayList<>();

  Faults(Path file, String text) {
    this.file = file;
    this.lines = text.lines().toList();
  }

  /** Something wrong at a piece of the script. */
  void add(ASTNode node, String message, String fix) {
    add(node.getLineNumber(), node.getColumnNumber(), message, Optional.of(fix));
  }

  /** Something wrong at a place; each place is told once. */
  void add(int line, int column, String message, Optional<String> fix) {
    Position position = line < 1 ? Position.WHOLE_FILE : new Position(line, Math.max(1, column));
    if (all.stream().anyMatch(it -> it.position().equals(position))) {
      return;
    }
    String source = line >= 1 && line <= lines.size() ? lines.get(line - 1) : "";
    all.add(new Diagnostic(file, position, message, fix, source));
  }

  /** A piece of the script as it was written; of several lines the first. */
  String written(ASTNode node) {
    String line = lines.get(node.getLineNumber() - 1);
    int from = Math.clamp(node.getColumnNumber() - 1, 0, line.length());
    boolean one = node.getLastLineNumber() == node.getLineNumber();
    int to = one ? Math.clamp(node.getLastColumnNumber() - 1, from, line.length()) : line.length();
    return line.substring(from, to).strip() + (one ? "" : " …");
  }

  /** The script up to a place. */
  String before(int line, int column) {
    int whole = Math.clamp(line - 1, 0, lines.size());
    StringBuilder text = new StringBuilder();
    lines.subList(0, whole).forEach(it -> text.append(it).append('\n'));
    if (whole < lines.size()) {
      String last = lines.get(whole);
      text.append(last, 0, Math.clamp(column - 1, 0, last.length()));
    }
    return text.toString();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** In the order of the file. */
  List<Diagnostic> inOrder() {
    return all.stream().sorted(Comparator.comparing(Diagnostic::position)).toList();
  }
}
