package gate.definition;

import gate.base.Diagnostic;
import gate.base.Names;
import gate.base.Position;
import gate.base.Shown;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Collects what is wrong with one file. */
final class Problems {
  private static final Comparator<Diagnostic> BY_PLACE = Comparator.comparing(Diagnostic::position);

  private final Source source;
  private final List<Diagnostic> found = new ArrayList<>();

  Problems(Path file, byte[] utf8) {
    this(new Source(file, withoutMark(new String(utf8, StandardCharsets.UTF_8))));
  }

  Problems(Source source) {
    this.source = source;
  }

  void add(Position at, String message) {
    add(at, message, Optional.empty());
  }

  void add(Position at, String message, String suggestion) {
    add(at, message, Optional.of(suggestion));
  }

  void add(Position at, String message, Optional<String> suggestion) {
    found.add(new Diagnostic(source.file(), at, message, suggestion, source.line(at)));
  }

  /** Adds one that a name not known makes. */
  void unknown(Position at, String message, String typed, Iterable<String> known) {
    List<String> names = new ArrayList<>();
    known.forEach(names::add);
    add(
        at,
        message + "; known: " + Shown.names(names),
        Names.nearest(typed, names).map(name -> "did you mean `" + name + "`?"));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** All of them, each once, in the file's order. */
  List<Diagnostic> inOrder() {
    return found.stream().distinct().sorted(BY_PLACE).toList();
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
