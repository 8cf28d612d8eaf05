package gate.definition;

import gate.base.Position;
import gate.base.Shown;
import gate.definition.YamlNode.Items;
import gate.definition.YamlNode.Kind;
import gate.definition.YamlNode.Pair;
import gate.definition.YamlNode.Pairs;
import gate.definition.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML without the parts that surprise: no tags, anchors, aliases, merge keys, second
 * documents or keys given twice. SnakeYAML gives the events; nothing is ever constructed.
 */
final class YamlReader {
  private static final int DEEPEST = 20;

  private final Problems problems;
  private final Parser parser;
  private final Resolver resolver = new Resolver();

  private YamlReader(String text, Problems problems) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE); // the loader counted the bytes already
    this.problems = problems;
    this.parser = new ParserImpl(new StreamReader(text), options);
  }

  /** The only document's content; empty where there is none, or where it can't be read on. */
  static Optional<YamlNode> read(String text, Problems problems) {
    try {
      return new YamlReader(text, problems).document();
    } catch (TooDeep tooDeep) {
      problems.add(tooDeep.position, "lists and mappings are nested deeper than " + DEEPEST);
    } catch (MarkedYAMLException wrong) {
      SyntaxError.add(wrong, problems);
    } catch (YAMLException wrong) {
      problems.add(Position.WHOLE_FILE, "this isn't YAML: " + Shown.line(wrong.getMessage()));
    }
    return Optional.empty();
  }

  static Position position(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Optional<YamlNode> document() {
    parser.getEvent(); // the stream's start
    if (parser.peekEvent() instanceof StreamEndEvent) {
      return Optional.empty();
    }
    parser.getEvent(); // the document's start
    YamlNode content = node(1);
    parser.getEvent(); // the document's end
    if (parser.peekEvent() instanceof DocumentStartEvent second) {
      problems.add(
          position(second.getStartMark()),
          "a second document begins here; a definition is one document",
          "remove the `---`, or move what follows to a file of its own");
    }
    return Optional.of(content);
  }

  private YamlNode node(int depth) {
    Event event = parser.getEvent();
    Position position = position(event.getStartMark());
    if (depth > DEEPEST) {
      throw new TooDeep(position);
    }
    refuseAnchor(event, position);
    return switch (event) {
      case ScalarEvent scalar -> scalar(scalar, position);
      case SequenceStartEvent list -> {
        refuseTag(list.getTag(), position);
        yield items(depth, position);
      }
      case MappingStartEvent mapping -> {
        refuseTag(mapping.getTag(), position);
        yield pairs(depth, position);
      }
      default -> new YamlNode.Unread(position);
    };
  }

  private Scalar scalar(ScalarEvent scalar, Position position) {
    refuseTag(scalar.getTag(), position);
    boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN && scalar.getTag() == null;
    Kind kind = plain ? kind(scalar.getValue()) : Kind.TEXT;
    return new Scalar(scalar.getValue(), kind, position);
  }

  private Kind kind(String value) {
    Tag tag = resolver.resolve(NodeId.scalar, value, true);
    if (tag.equals(Tag.INT)) {
      return Kind.INTEGER;
    } else if (tag.equals(Tag.FLOAT)) {
      return Kind.DECIMAL;
    } else if (tag.equals(Tag.BOOL)) {
      return Kind.TRUTH;
    } else if (tag.equals(Tag.NULL)) {
      return Kind.NOTHING;
    } else if (tag.equals(Tag.TIMESTAMP)) {
      return Kind.TIME;
    }
    return Kind.TEXT;
  }

  private Items items(int depth, Position position) {
    List<YamlNode> items = new ArrayList<>();
    while (!(parser.peekEvent() instanceof SequenceEndEvent)) {
      items.add(node(depth + 1));
    }
    parser.getEvent();
    return new Items(items, position);
  }

  private Pairs pairs(int depth, Position position) {
    List<Pair> pairs = new ArrayList<>();
    Map<String, Position> first = new HashMap<>();
    while (!(parser.peekEvent() instanceof MappingEndEvent)) {
      YamlNode key = node(depth + 1);
      YamlNode value = node(depth + 1);
      if (!(key instanceof Scalar name)) {
        problems.add(key.position(), "a key has to be a name, not a list or a mapping");
      } else if (name.value().equals("<<") && name.kind() == Kind.TEXT) {
        problems.add(name.position(), "merge keys (`<<`) aren't read", "write the merged keys out");
      } else if (first.putIfAbsent(name.value(), name.position()) instanceof Position earlier) {
        problems.add(
            name.position(),
            Shown.value(name.value()) + " is given twice; first at line " + earlier.line(),
            "keep one of the two");
      } else {
        pairs.add(new Pair(name, value));
      }
    }
    parser.getEvent();
    return new Pairs(pairs, position);
  }

  private void refuseTag(String tag, Position position) {
    if (tag != null) {
      problems.add(
          position,
          "YAML tags aren't read: " + Shown.value(tag),
          "remove it; a text that looks like a number is quoted instead");
    }
  }

  private void refuseAnchor(Event event, Position position) {
    if (event instanceof NodeEvent node && node.getAnchor() != null) {
      String what = event instanceof AliasEvent ? "alias " : "anchor ";
      String sign = event instanceof AliasEvent ? "*" : "&";
      problems.add(
          position,
          "anchors and aliases aren't read: " + what + Shown.value(sign + node.getAnchor()),
          "write the value out where it is used");
    }
  }

  /** Ends the reading of a file that is nested too deep. */
  private static final class TooDeep extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Position position;

    TooDeep(Position position) {
      super(null, null, false, false);
      this.position = position;
    }
  }
}
