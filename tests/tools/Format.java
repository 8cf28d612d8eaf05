///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS com.google.googlejavaformat:google-java-format:2.0.0
//JAVAC_OPTIONS -Xlint:all -Werror
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Formats every Java source of the project with google-java-format, or with {@code --check} lists
 * those that it would change. Exit code: 0 all is formatted, 1 something isn't ({@code --check}
 * only), 2 a source can't be parsed.
 */
public final class Format {
  /** JBang's directives, which google-java-format would take for comments and push a space into. */
  private static final Pattern DIRECTIVE =
      Pattern.compile("///usr/bin/env .*|//[A-Z][A-Z_:]*( .*)?");

  private static final List<String> SOURCES = List.of("matrix.java", "lib", "tests", "benchmarks");

  /** What came of one source; {@code problems} is empty unless it can't be formatted. */
  private record Outcome(Path name, boolean changed, List<String> problems) {}

  private Format() {}

  public static void main(String[] args) throws IOException {
    var check = List.of(args).equals(List.of("--check"));
    if (args.length > 0 && !check) {
      System.err.println("Usage: ./jbang fmt [--check]");
      System.exit(2);
    }
    var root = Path.of(System.getProperty("gate.home", ""));
    var sources = sourcesBelow(root);
    if (sources.isEmpty()) {
      System.err.println("no Java sources below " + root.toAbsolutePath());
      System.exit(2);
    }
    var outcomes = sources.parallelStream().map(source -> format(root, source, check)).toList();
    var changed = outcomes.stream().filter(Outcome::changed).toList();
    var problems = outcomes.stream().flatMap(outcome -> outcome.problems().stream()).toList();
    changed.forEach(outcome -> System.out.println(outcome.name()));
    problems.forEach(System.err::println);
    if (check && !changed.isEmpty()) {
      System.err.println("not formatted: " + changed.size() + "; `./jbang fmt` mends that");
    }
    System.exit(!problems.isEmpty() ? 2 : check && !changed.isEmpty() ? 1 : 0);
  }

  private static List<Path> sourcesBelow(Path root) throws IOException {
    var sources = new ArrayList<Path>();
    for (var top : SOURCES) {
      if (Files.exists(root.resolve(top))) {
        try (var files = Files.walk(root.resolve(top))) {
          files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
        }
      }
    }
    return sources;
  }

  private static Outcome format(Path root, Path source, boolean check) {
    var name = root.relativize(source);
    try {
      var before = Files.readString(source);
      var after = formatted(before);
      for (int i = 0; i < 3; i++) {
        after = formatted(after); // long texts take it more than one pass to settle
      }
      var changed = !after.equals(before);
      if (changed && !check) {
        Files.writeString(source, after);
      }
      return new Outcome(name, changed, List.of());
    } catch (FormatterException e) {
      return new Outcome(
          name, false, e.diagnostics().stream().map(found -> name + ":" + found).toList());
    } catch (IOException e) {
      return new Outcome(name, false, List.of(name + ": " + e));
    }
  }

  /**
   * The directives at the top stay as they are, down to the last of them; the rest is formatted.
   */
  private static String formatted(String source) throws FormatterException {
    var lines = source.lines().toList();
    var top = 0;
    for (var i = 0;
        i < lines.size() && (lines.get(i).isBlank() || lines.get(i).startsWith("//"));
        i++) {
      if (DIRECTIVE.matcher(lines.get(i)).matches()) {
        top = i + 1;
      }
    }
    var head = String.join("\n", lines.subList(0, top));
    var rest = String.join("\n", lines.subList(top, lines.size())) + "\n";
    var formatted = new Formatter().formatSourceAndFixImports(rest);
    return top == 0 ? formatted : head + "\n\n" + formatted.stripLeading();
  }
}
