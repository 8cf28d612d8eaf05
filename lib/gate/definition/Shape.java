package gate.definition;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a value may look like. The loader, the JSON Schema and the reference are made from it. */
sealed interface Shape {

  /**
   * A text on its own terms.
   *
   * @param noun what it is, such as {@code a name}
   * @param pattern a regular expression for the whole of it, fit for Java and JavaScript
   * @param longest how many characters it may have
   * @param rule the pattern in words
   * @param isName whether another spelling may be suggested
   * @param refused texts that fit and are refused all the same, each with the reason
   */
  record Text(
      String noun,
      String pattern,
      int longest,
      String rule,
      boolean isName,
      Map<String, String> refused)
      implements Shape {

    Text(String noun, String pattern, int longest, String rule, boolean isName) {
      this(noun, pattern, longest, rule, isName, Map.of());
    }

    /** The same, without some texts. */
    Text refusing(Map<String, String> reasons) {
      return new Text(noun, pattern, longest, rule, isName, Ordered.map(new TreeMap<>(reasons)));
    }
  }

  /** A length of time, with its unit. */
  record Span() implements Shape {}

  /** A text with {@link Placeholders}. */
  record Template() implements Shape {}

  /** A whole number, both ends included. */
  record Whole(long least, long most) implements Shape {}

  /** One of a few words, each with what it means. */
  record OneOf(Map<String, String> words) implements Shape {
    /** All of them with their meanings, in one line. */
    String meanings() {
      StringBuilder text = new StringBuilder();
      words.forEach((word, meaning) ->
          text.append(text.isEmpty() ? "" : "; ").append("`" + word + "`: " + meaning));
      return text.toString();
    }
  }

  /** Whether something holds: {@code true} or {@code false}. */
  record Truth() implements Shape {}

  /** A text or a whole number; the number counts as its digits. */
  record Label(Text text, Whole whole) implements Shape {}

  /** A list of at least {@code fewest} items. */
  record Items(Shape item, int fewest, boolean distinct) implements Shape {}

  /**
   * A mapping whose keys the file's author chooses.
   *
   * @param noun what an entry is
   * @param key what a key looks like
   * @param value what a value looks like
   * @param fewest how many entries there are at least
   */
  record Table(String noun, Text key, Shape value, int fewest) implements Shape {}

  /**
   * A mapping whose keys are given here.
   *
   * @param id its name in the schema
   * @param help what it is
   * @param keys all its keys, in the order of the reference
   * @param anyOf keys of which at least one has to be there; empty for no such rule
   * @param only keys that need another key
   */
  record Fields(
      String id, String help, List<Key> keys, List<String> anyOf, Map<String, String> only)
      implements Shape {

    Fields(String id, String help, Key... keys) {
      this(id, help, Arrays.asList(keys), List.of(), Map.of());
    }

    Set<String> names() {
      Set<String> names = new LinkedHashSet<>();
      keys.forEach(key -> names.add(key.name()));
      return names;
    }
  }

  /**
   * A mapping whose further keys depend on the word at one of them.
   *
   * @param id its name in the schema
   * @param help what it is
   * @param by the key that decides; it is the first of every case
   * @param cases the keys by word
   */
  record Variants(String id, String help, Key by, Map<String, Fields> cases) implements Shape {
    Set<String> names() {
      Set<String> names = new LinkedHashSet<>();
      cases.values().forEach(fields -> names.addAll(fields.names()));
      return names;
    }
  }
}
