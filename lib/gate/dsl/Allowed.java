package gate.dsl;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The names that a script may use. Whatever isn't here can't go round the kernel. */
final class Allowed {
  /** What stands for something by itself. */
  static final Set<String> VARIABLES =
      Set.of("toggles", "services", "axes", "http", "files", "qemu", "disk");

  /** Calls that the compiler puts into a script, and that nobody writes. */
  private static final Set<String> INSERTED =
      Set.of("flag", "setting", "service", "axis", "qemu", "disk", "asserting", "held", "caught");

  /** The words that a script calls by themselves. */
  static final Set<String> WORDS =
      Set.of("step", "exec", "shell", "cargoTest", "await", "tempDir", "log", "println", "fail");

  /** What can be called on a value, whatever its type: none of it reaches the world outside. */
  static final Set<String> METHODS =
      new TreeSet<>(
          Set.of(
              // answers, results, endpoints, conditions
              "status",
              "body",
              "header",
              "json",
              "at",
              "has",
              "text",
              "number",
              "decimal",
              "flag",
              "list",
              "size",
              "code",
              "output",
              "url",
              "urls",
              "version",
              "value",
              "is",
              "set",
              "and",
              "or",
              "not",
              "asBoolean",
              // http and files, which are no values of any other type
              "get",
              "put",
              "post",
              "delete",
              "read",
              "write",
              "exists",
              // texts
              "length",
              "isEmpty",
              "isBlank",
              "contains",
              "startsWith",
              "endsWith",
              "indexOf",
              "lastIndexOf",
              "substring",
              "trim",
              "strip",
              "split",
              "lines",
              "readLines",
              "tokenize",
              "toLowerCase",
              "toUpperCase",
              "capitalize",
              "replace",
              "replaceAll",
              "replaceFirst",
              "repeat",
              "padLeft",
              "padRight",
              "matches",
              "concat",
              "charAt",
              "equalsIgnoreCase",
              "isInteger",
              "isLong",
              "isNumber",
              "toInteger",
              "toLong",
              "toDouble",
              "toBigDecimal",
              "toString",
              "equals",
              "hashCode",
              "compareTo",
              "format",
              "formatted",
              "stripIndent",
              "stripMargin",
              "valueOf",
              "parseInt",
              "parseLong",
              "parseDouble",
              "join",
              "count",
              "take",
              "drop",
              "reverse",
              "leftShift",
              "plus",
              "minus",
              "multiply",
              // numbers
              "abs",
              "min",
              "max",
              "round",
              "floor",
              "ceil",
              "intValue",
              "longValue",
              "doubleValue",
              "times",
              "upto",
              "downto",
              "sqrt",
              "pow",
              // collections
              "each",
              "eachWithIndex",
              "collect",
              "collectMany",
              "collectEntries",
              "find",
              "findAll",
              "findIndexOf",
              "any",
              "every",
              "sum",
              "inject",
              "groupBy",
              "countBy",
              "sort",
              "toSorted",
              "unique",
              "toUnique",
              "first",
              "last",
              "head",
              "tail",
              "init",
              "add",
              "addAll",
              "remove",
              "removeAll",
              "clear",
              "putAll",
              "containsKey",
              "containsValue",
              "containsAll",
              "getOrDefault",
              "keySet",
              "values",
              "entrySet",
              "getKey",
              "getValue",
              "subList",
              "flatten",
              "withIndex",
              "indexed",
              "transpose",
              "combinations",
              "collate",
              "intersect",
              "disjoint",
              "toList",
              "toSet",
              "asList",
              "asImmutable",
              "step",
              // closures and exceptions
              "call",
              "getMessage"));

  /** What can be asked of a value by {@code .name}. */
  static final Set<String> PROPERTIES = Set.of("key", "value", "message", "length", "empty");

  /** The types that a script may name. */
  static final Set<String> TYPES =
      Set.of(
          "java.lang.Object",
          "java.lang.String",
          "java.lang.CharSequence",
          "groovy.lang.GString",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Double",
          "java.lang.Float",
          "java.lang.Boolean",
          "java.lang.Number",
          "java.lang.Character",
          "java.lang.Byte",
          "java.lang.Short",
          "java.math.BigDecimal",
          "java.math.BigInteger",
          "java.lang.Math",
          "java.util.List",
          "java.util.Map",
          "java.util.Set",
          "java.util.Collection",
          "java.util.Map$Entry",
          "java.util.LinkedHashMap",
          "java.util.ArrayList",
          "java.lang.Iterable",
          "groovy.lang.Closure",
          "groovy.lang.Range",
          "groovy.lang.IntRange",
          "java.lang.Exception",
          "java.lang.RuntimeException",
          "java.lang.AssertionError",
          "java.lang.Throwable",
          "int",
          "long",
          "double",
          "float",
          "boolean",
          "char",
          "byte",
          "short",
          "void");

  /** What to use instead of what people try. */
  private static final Map<String, String> INSTEAD =
      Map.ofEntries(
          Map.entry("execute", "run commands with `exec('command', 'argument')`"),
          Map.entry("exit", "end a step with `fail('why')`"),
          Map.entry("halt", "end a step with `fail('why')`"),
          Map.entry("sleep", "wait with `await('what', within: '10s') { … }`"),
          Map.entry("wait", "wait with `await('what', within: '10s') { … }`"),
          Map.entry("System", "toggles come as `toggles.NAME`; a step ends with `fail('why')`"),
          Map.entry("Runtime", "run commands with `exec('command', 'argument')`"),
          Map.entry("ProcessBuilder", "run commands with `exec('command', 'argument')`"),
          Map.entry("Thread", "wait with `await('what', within: '10s') { … }`"),
          Map.entry("File", "files are read and written with `files.read` and `files.write`"),
          Map.entry("Path", "files are read and written with `files.read` and `files.write`"),
          Map.entry("Files", "files are read and written with `files.read` and `files.write`"),
          Map.entry("Paths", "files are read and written with `files.read` and `files.write`"),
          Map.entry("URL", "ask over HTTP with `http.get(url)`"),
          Map.entry("URI", "ask over HTTP with `http.get(url)`"),
          Map.entry("Socket", "ask over HTTP with `http.get(url)`"),
          Map.entry("toURL", "ask over HTTP with `http.get(url)`"),
          Map.entry("toURI", "ask over HTTP with `http.get(url)`"),
          Map.entry("env", "variables come as `toggles.NAME`, declared in matrix.yaml"),
          Map.entry("print", "write to the step's log with `log('text')`"),
          Map.entry("printf", "write to the step's log with `log('text')`"),
          Map.entry("sh", "write `shell('command | command')`, or `exec('command', 'argument')`"),
          Map.entry("bash", "write `shell('command | command')`, or `exec('command', 'argument')`"),
          Map.entry("run", "run commands with `exec('command', 'argument')`"),
          Map.entry("command", "run commands with `exec('command', 'argument')`"),
          Map.entry("cargo", "write `cargoTest('package', test: 'target')`"),
          Map.entry("test", "write `step('what it shows') { … }`"),
          Map.entry("it", "write `step('what it shows') { … }`"),
          Map.entry("waitFor", "wait with `await('what', within: '10s') { … }`"),
          Map.entry("waitUntil", "wait with `await('what', within: '10s') { … }`"),
          Map.entry("eventually", "wait with `await('what', within: '10s') { … }`"),
          Map.entry("curl", "ask over HTTP with `http.get(url)`"),
          Map.entry("http", "write `http.get(url)`; there are `post`, `put` and `delete`, too"),
          Map.entry("get", "ask over HTTP with `http.get(url)`"),
          Map.entry("post", "write `http.post(url, json: [key: 'value'])`"),
          Map.entry("put", "write `http.put(url, json: [key: 'value'])`"),
          Map.entry("delete", "write `http.delete(url)`"),
          Map.entry("read", "write `files.read('path')`"),
          Map.entry("write", "write `files.write('path', 'text')`"),
          Map.entry("exists", "write `files.exists('path')`"),
          Map.entry("service", "write `services.NAME.url()`"),
          Map.entry("toggle", "write `toggles.NAME`"),
          Map.entry("patch", "`http` has `get`, `post`, `put` and `delete`; or `exec('curl', …)`"),
          Map.entry("head", "`http` has `get`, `post`, `put` and `delete`; or `exec('curl', …)`"),
          Map.entry("echo", "write to the step's log with `log('text')`"),
          Map.entry("assertEquals", "write `assert a == b`"),
          Map.entry("assertThat", "write `assert a == b`"),
          Map.entry("assertTrue", "write `assert a == b`"),
          Map.entry("parallel", "legs run side by side by themselves"));

  private Allowed() {}

  /**
   * What can be called on what is written so: on {@code http} and {@code files}, what they have.
   */
  static Set<String> methods(String written) {
    return switch (written) {
      case "http" -> methods(HttpWords.class);
      case "files" -> methods(FileWords.class);
      default -> METHODS;
    };
  }

  private static Set<String> methods(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .map(Method::getName)
        .filter(METHODS::contains)
        .filter(name -> !inherited(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What to do instead of using that name, if people are known to try it. */
  static Optional<String> instead(String name) {
    return Optional.ofNullable(INSTEAD.get(name));
  }

  /** Whether a script may call that without saying on what, besides its own methods. */
  static boolean calledBare(String name) {
    return WORDS.contains(name) || INSERTED.contains(name) || name.equals("call");
  }

  /** Whether a name means something in every script already. */
  static boolean inherited(String name) {
    return INHERITED.contains(name) || VARIABLES.contains(name);
  }

  private static final Set<String> INHERITED =
      Arrays.stream(LegScript.class.getMethods())
          .map(Method::getName)
          .collect(Collectors.toUnmodifiableSet());
}
