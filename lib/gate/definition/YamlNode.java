package gate.definition;

import gate.base.Position;
import java.util.List;

/** The YAML that a definition is made of, each part with its place. */
sealed interface YamlNode {
  /** Where it begins. */
  Position position();

  /** The kind of a scalar. */
  enum Kind {
    TEXT,
    INTEGER,
    DECIMAL,
    TRUTH,
    TIME,
    NOTHING
  }

  /**
   * A single value.
   *
   * @param value its text, without quotes
   * @param kind what YAML 1.1 takes it for
   */
  record Scalar(String value, Kind kind, Position position) implements YamlNode {}

  /** A list. */
  record Items(List<YamlNode> items, Position position) implements YamlNode {}

  /** A mapping; no key is there twice. */
  record Pairs(List<Pair> pairs, Position position) implements YamlNode {}

  /** Something that isn't read, and was reported. */
  record Unread(Position position) implements YamlNode {}

  /** A key and its value. */
  record Pair(Scalar key, YamlNode value) {}
}
