package gate.definition;

import gate.base.Position;
import java.util.List;
import java.util.Optional;

/**
 * A declared environment variable that changes a run.
 *
 * @param name the variable
 * @param type what its value may be
 * @param values what a choice chooses from; empty for the other types
 * @param defaultValue its value where nobody sets it; never there for a flag, which is off then
 * @param secret whether nobody may see its value; then it has no default
 * @param help what it does, or empty
 * @param position where it is declared
 */
public record Toggle(
    String name,
    Type type,
    List<String> values,
    Optional<String> defaultValue,
    boolean secret,
    String help,
    Position position) {

  public Toggle {
    values = List.copyOf(values);
  }

  /** What a toggle's value may be. */
  public enum Type {
    /** On or off. */
    FLAG,
    /** One of a few words. */
    CHOICE,
    /** A file or folder. */
    PATH,
    /** A whole number. */
    NUMBER,
    /** Any text. */
    TEXT
  }
}
