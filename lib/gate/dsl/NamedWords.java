package gate.dsl;

import gate.base.Names;
import gate.base.Shown;
import groovy.transform.NamedParam;
import groovy.transform.NamedParams;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The named arguments of each word, as its own declaration has them. */
final class NamedWords {
  private static final Map<String, Map<String, Class<?>>> BY_WORD = new TreeMap<>();

  static {
    for (Class<?> type : new Class<?>[] {LegScript.class, HttpWords.class}) {
      for (Method method : type.getDeclaredMethods()) {
        for (Parameter parameter : method.getParameters()) {
          NamedParams named = parameter.getAnnotation(NamedParams.class);
          if (named != null) {
            for (NamedParam it : named.value()) {
              BY_WORD
                  .computeIfAbsent(method.getName(), _ -> new TreeMap<>())
                  .put(it.value(), it.type());
            }
          }
        }
      }
    }
  }

  private static final Pattern WORD =
      Pattern.compile("\\b(" + String.join("|", BY_WORD.keySet()) + ")\\b\\s*[('\"\\w]");

  /** What people write for what is meant; with {@code WORD.NAME}, of that word alone. */
  private static final Map<String, String> MEANT =
      Map.ofEntries(
          Map.entry("exec.timeout", "a leg has one `timeout:`, in matrix.yaml"),
          Map.entry("shell.timeout", "a leg has one `timeout:`, in matrix.yaml"),
          Map.entry("cargoTest.timeout", "a leg has one `timeout:`, in matrix.yaml"),
          Map.entry("step.timeout", "a leg has one `timeout:`, in matrix.yaml"),
          Map.entry("step.if", "did you mean `when:`?"),
          Map.entry("step.name", "write `step('what it shows') { … }`"),
          Map.entry("await.timeout", "did you mean `within:`?"),
          Map.entry("await.interval", "did you mean `every:`?"),
          Map.entry("post.body", "write `json: [key: 'value']` or `text: '…'`"),
          Map.entry("put.body", "write `json: [key: 'value']` or `text: '…'`"),
          Map.entry("cargoTest.package", "the package comes first: `cargoTest('package')`"),
          Map.entry("cargoTest.name", "did you mean `case:`?"),
          Map.entry("cargoTest.target", "did you mean `test:`?"),
          Map.entry("cmd", "write `exec('command', 'argument')`, each word a text of its own"),
          Map.entry("command", "write `exec('command', 'argument')`, each word a text of its own"),
          Map.entry("args", "write `exec('command', 'argument')`, each word a text of its own"),
          Map.entry("cwd", "did you mean `folder:`?"),
          Map.entry("dir", "did you mean `folder:`?"),
          Map.entry("workdir", "did you mean `folder:`?"),
          Map.entry("status", "did you mean `expect:`?"),
          Map.entry("code", "did you mean `expect:`?"),
          Map.entry("environment", "did you mean `env:`?"));

  private NamedWords() {}

  /** Those of a word. */
  static Set<String> of(String word) {
    return BY_WORD.getOrDefault(word, Map.of()).keySet();
  }

  /**
   * What the compiler sees of those that are written out: a map in a variable may hold anything.
   *
   * @throws StepFailed where one isn't known, or is of another kind
   */
  static void check(String word, Map<?, ?> named) {
    if (named.isEmpty()) {
      return;
    }
    Map<String, Class<?>> known = BY_WORD.get(word);
    named.forEach((key, value) -> {
      Class<?> type = key instanceof String ? known.get(key) : null;
      if (type == null) {
        String name = Shown.line(String.valueOf(key));
        throw new StepFailed(
            "%s: `%s:` isn't known; %s".formatted(word, name, instead(name, word + "(")));
      }
      if (value == null) {
        throw new StepFailed(
            "%s: `%s:` is null; leave it out, or give it a value".formatted(word, key));
      }
      if (!type.isInstance(value)) {
        throw new StepFailed(
            "%s: `%s:` is %s, but has to be %s"
                .formatted(
                    word,
                    key,
                    Complaint.kind(value.getClass().getName()),
                    Complaint.kind(type.getName())));
      }
    });
  }

  /** What was meant by a named argument that isn't known, in a script up to its place. */
  static String instead(String name, String before) {
    String word = "";
    for (Matcher found = WORD.matcher(before); found.find(); ) {
      word = found.group(1);
    }
    Set<String> known = of(word);
    String meant = MEANT.getOrDefault(word + "." + name, MEANT.get(name));
    if (meant != null) {
      return meant;
    }
    String of = word;
    return Names.nearest(name, known)
        .map("did you mean `%s:`?"::formatted)
        .orElse(
            of.isEmpty()
                ? "docs/writing-legs.md shows what can stand there"
                : "`%s` takes %s".formatted(of, Shown.names(known)));
  }
}
