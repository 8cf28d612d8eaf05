package gate.dsl;

import gate.base.Names;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Groovy's compiler has to say, in our words.
 *
 * @param suggestion what to do about it
 */
record Complaint(String message, Optional<String> suggestion) {
  private static final Set<String> FILES = Set.of("read", "write", "exists");

  private static final Pattern CALL =
      Pattern.compile(
          "Cannot find matching method ([\\w.$\\[\\]<>, ]+)#(\\w+)\\((.*?)\\)\\.? .*",
          Pattern.DOTALL);
  private static final Pattern NAMED =
      Pattern.compile("unexpected named arg: (\\w+).*", Pattern.DOTALL);
  private static final Pattern NAMED_TYPE =
      Pattern.compile(
          "argument for named param '(\\w+)' has type '([\\w.$<>?, ]+)' but expected '([\\w.$<>?,"
              + " ]+)'.*",
          Pattern.DOTALL);
  private static final Pattern ASSIGN =
      Pattern.compile(
          "Cannot assign value of type ([\\w.$<>?,\\[\\] ]+) to variable of type ([\\w.$<>?,\\[\\]"
              + " ]+).*",
          Pattern.DOTALL);

  /**
   * @param before the script up to the place that it is about
   * @param script all of it
   */
  static Complaint of(String groovy, String before, String script) {
    String text = groovy.replace("[Static type checking] - ", "").strip();
    Matcher call = CALL.matcher(text);
    if (call.matches()) {
      return call(call.group(1), call.group(2), call.group(3));
    }
    Matcher named = NAMED.matcher(text);
    if (named.matches()) {
      return named(named.group(1), before);
    }
    Matcher type = NAMED_TYPE.matcher(text);
    if (type.matches()) {
      return new Complaint(
          "`%s:` is %s here, but has to be %s"
              .formatted(type.group(1), kind(type.group(2)), kind(type.group(3))),
          typed(type.group(1), kind(type.group(3))));
    }
    Matcher assign = ASSIGN.matcher(text);
    if (assign.matches()) {
      return new Complaint(
          "%s can't become %s".formatted(kind(assign.group(1)), kind(assign.group(2))),
          Optional.empty());
    }
    return new Complaint(
        plain(text), text.startsWith("Unexpected") ? Brackets.open(script) : Optional.empty());
  }

  private static Complaint call(String type, String name, String arguments) {
    String kinds =
        arguments.isBlank()
            ? "nothing"
            : String.join(
                ", ", Arrays.stream(arguments.split(", (?![^<]*>)")).map(Complaint::kind).toList());
    if (type.endsWith("FileWords") && !FILES.contains(name)) {
      return new Complaint(
          "`files` has no `%s`".formatted(name),
          Optional.of("it has `read`, `write` and `exists`; all below `tempDir()` goes by itself"));
    }
    boolean word = Allowed.WORDS.contains(name);
    if (word || type.endsWith("HttpWords") || type.endsWith("FileWords")) {
      return new Complaint(
          "`%s` can't be called with %s".formatted(name, kinds),
          Optional.of(
              kinds.contains("something")
                  ? "say what type that is, as in `String name = …` or `String method() { … }`"
                  : usage(name)));
    }
    return new Complaint(
        "%s has no `%s` that takes %s".formatted(kind(type), name, kinds),
        Names.nearest(name, Allowed.METHODS)
            .filter(nearest -> !nearest.equals(name))
            .map("did you mean `%s`?"::formatted)
            .or(() ->
                type.endsWith("Json")
                    ? Optional.of("write `at('field')` or `at(0)`")
                    : Optional.empty()));
  }

  private static String usage(String name) {
    return switch (name) {
      case "step" -> "write `step('what it shows') { … }`";
      case "exec" -> "write `exec('command', 'argument')`, each word a text of its own";
      case "shell" -> "write `shell('command | command')`";
      case "cargoTest" -> "write `cargoTest('package', test: 'target')`";
      case "await" -> "write `await('what is awaited', within: '10s') { … }`";
      case "fail" -> "write `fail('why')`";
      case "log", "println" -> "write `%s('text')`".formatted(name);
      case "get", "delete" -> "write `http.%s(url)`".formatted(name);
      case "post", "put" -> "write `http.%s(url, json: [key: 'value'])`".formatted(name);
      case "read", "exists" -> "write `files.%s('path')`".formatted(name);
      case "write" -> "write `files.write('path', 'text')`";
      default -> "docs/writing-legs.md shows how it is used";
    };
  }

  private static Complaint named(String name, String before) {
    return new Complaint(
        "`%s:` isn't known here".formatted(name), Optional.of(NamedWords.instead(name, before)));
  }

  /** What to write where a named argument is of another kind. */
  private static Optional<String> typed(String name, String kind) {
    return switch (name) {
      case "when" ->
          Optional.of(
              "a flag does, as `when: toggles.NAME`; of other toggles write `.is('value')` or"
                  + " `.set()`");
      case "tests" -> Optional.of("`tests: true` runs all; one target is `test: 'target'`");
      case "bins" -> Optional.of("`bins: true` runs those of all; one is `bin: 'target'`");
      case "test" -> Optional.of("one target is `test: 'target'`; `tests: true` runs all");
      case "env", "headers" -> Optional.of("write `%s: [NAME: 'value']`".formatted(name));
      case "features", "artifacts" -> Optional.of("write `%s: ['one', 'two']`".formatted(name));
      case "within", "every", "timeout" -> Optional.of("write `%s: '10s'`".formatted(name));
      default ->
          switch (kind) {
            case "true or false" -> Optional.of("write `%s: true`".formatted(name));
            case "a text" -> Optional.of("write `%s: '…'`".formatted(name));
            case "a whole number" -> Optional.of("write `%s: 1`".formatted(name));
            default -> Optional.empty();
          };
    };
  }

  /** A type as a person would say it. */
  static String kind(String type) {
    String simple = type.strip().replaceAll("<.*", "").replaceAll(".*[.$]", "");
    return switch (simple) {
      case "String", "GString", "CharSequence" -> "a text";
      case "int", "Integer", "long", "Long", "BigInteger", "short" -> "a whole number";
      case "BigDecimal", "double", "Double", "float", "Float" -> "a number";
      case "boolean", "Boolean" -> "true or false";
      case "List", "ArrayList" -> "a list";
      case "Map", "LinkedHashMap" -> "a map";
      case "Closure" -> "a closure `{ … }`";
      case "Condition" -> "a condition";
      case "Flag" -> "a flag";
      case "Setting" -> "a toggle's value";
      case "Json" -> "a piece of JSON";
      case "Answer" -> "an answer";
      case "Result" -> "what a command came to";
      case "Endpoint" -> "a service";
      case "Object" -> "something";
      case "void" -> "nothing";
      default -> simple.startsWith("leg_") ? "the leg" : "`" + simple + "`";
    };
  }

  private static String plain(String text) {
    String line = text.replaceAll("\\s+", " ").replaceAll("leg_\\w+\\$?_?\\w*#?", "");
    line = line.replaceAll(" @ line \\d+, column \\d+\\.?$", "");
    line = line.replaceAll("\\.$", "");
    return line.isEmpty()
        ? "the script can't be compiled"
        : Character.toLowerCase(line.charAt(0)) + line.substring(1);
  }
}
