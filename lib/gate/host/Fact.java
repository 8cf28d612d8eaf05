package gate.host;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something found out about the host.
 *
 * @param name what it is about, one word; {@code service X} for an endpoint
 * @param state whether it can be used
 * @param level the state in its own words, such as {@code no permission}
 * @param proof what was looked at, and seen
 * @param fix what to do, or empty where nothing is wrong
 * @param details more about it, for programs: by name, such as {@code version}
 */
public record Fact(
    String name, State state, String level, String proof, String fix, Map<String, String> details) {
  /** Whether something can be used. */
  public enum State {
    /** It is there, and has been seen to work as far as it can be tried. */
    PRESENT("present"),
    /** It seems to be there, but nothing has shown that it works. */
    UNPROVEN("unproven"),
    /** It isn't there, or can't be used. */
    MISSING("missing");

    private final String word;

    State(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  public Fact {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  static Fact present(String name, String proof) {
    return new Fact(name, State.PRESENT, State.PRESENT.word, proof, "", Map.of());
  }

  static Fact missing(String name, String proof, String fix) {
    return new Fact(name, State.MISSING, State.MISSING.word, proof, fix, Map.of());
  }

  static Fact unproven(String name, String proof, String fix) {
    return new Fact(name, State.UNPROVEN, State.UNPROVEN.word, proof, fix, Map.of());
  }

  Fact level(String other) {
    return new Fact(name, state, other, proof, fix, details);
  }

  Fact detail(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(details);
    more.put(key, value);
    return new Fact(name, state, level, proof, fix, more);
  }

  /** Whether nothing speaks against using it. */
  public boolean usable() {
    return state != State.MISSING;
  }

  /** Whether it was seen to work. */
  public boolean proven() {
    return state == State.PRESENT;
  }
}
