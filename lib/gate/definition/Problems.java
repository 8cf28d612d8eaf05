package gate.definition;

import gate.base.Diagnostic;
import gate.base.Names;
import gate.base.Position;
import gate.base.Shown;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects what is wrong with one file. */
final class Problems {
  private static final Comparator<Diagnostic> BY_PLACE = Comparator.comparing(Diagnostic::position);

  /** Nobody mends more at once; each further one would cost a line of up to 1 MiB to show. */
  private static final int MOST = 100;

  private final Source source;
  private final Set<Diagnostic> found = new LinkedHashSet<>();
  private boolean more;

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
    if (found.size() == MOST) {
      more = true;
      return;
    }
    found.add(
        new Diagnostic(
            source.file(), at, Shown.line(message), suggestion.map(Shown::line), source.line(at)));
  }

  /** Adds one that a name not known makes. */
  void unknown(Position at, String message, String typed, Iterable<String> known) {
    if (found.size() == MOST) {
      more = true;
      return;
    }
    List<String> names = new ArrayList<>();
    known.forEach(name -> names.add(Shown.line(name)));
    add(
        at,
        message + "; known: " + Shown.names(names),
        Names.nearest(typed, names).map(name -> "did you mean `" + name + "`?"));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * The first hundred that were found, each once, in the file's order; then that there are more.
   */
  List<Diagnostic> inOrder() {
    List<Diagnostic> ordered = new ArrayList<>(found);
    ordered.sort(BY_PLACE);
    if (more) {
      String message = "there is more wrong than these " + MOST + " faults";
      Optional<String> first = Optional.of("mend these first");
      ordered.add(new Diagnostic(source.file(), Position.WHOLE_FILE, message, first, ""));
    }
    return List.copyOf(ordered);
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
