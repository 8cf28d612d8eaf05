package gate.definition;

import gate.base.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a value was found to be. A value of the wrong shape is {@link Bad}, so that its key stays
 * known and is not reported a second time by those who look it up.
 */
sealed interface Found {
  /** Where the value begins. */
  Position position();

  /** A single value; a number as its digits. */
  record Scalar(String text, Position position) implements Found {}

  /** A list. */
  record Many(List<Found> items, Position position) implements Found {}

  /** A mapping, in the file's order, with the defaults filled in. */
  record Group(Map<String, Member> members, Position position) implements Found {}

  /** Something that was reported already. */
  record Bad(Position position) implements Found {}

  /**
   * A member of a group.
   *
   * @param key where its key stands
   * @param value its value
   */
  record Member(Position key, Found value) {}

  /** The members of a group; nothing for the rest. */
  default Map<String, Member> entries() {
    return this instanceof Group group ? group.members() : Map.of();
  }

  /** The items of a list; nothing for the rest. */
  default List<Found> list() {
    return this instanceof Many many ? many.items() : List.of();
  }

  /** The value at a key; a {@link Bad} one without a place where there is no such key. */
  default Found at(String key) {
    Member member = entries().get(key);
    return member == null ? new Bad(Position.WHOLE_FILE) : member.value();
  }

  /** The single value at a key. */
  default Optional<Scalar> scalar(String key) {
    return at(key) instanceof Scalar scalar ? Optional.of(scalar) : Optional.empty();
  }

  /** The single values of the list at a key. */
  default List<Scalar> scalars(String key) {
    List<Scalar> scalars = new ArrayList<>();
    for (Found item : at(key).list()) {
      if (item instanceof Scalar scalar) {
        scalars.add(scalar);
      }
    }
    return scalars;
  }
}
