package gate.host;

/**
 * Something found out about the host.
 *
 * @param name what it is about, one word
 * @param state whether it can be used
 * @param proof what was looked at, and seen
 * @param fix what to do, or empty where nothing is wrong
 */
public record Fact(String name, State state, String proof, String fix) {
  /** Whether something can be used. */
  public enum State {
    /** It is there. */
    PRESENT,
    /** It seems to be there, but nothing has shown that it works. */
    UNPROVEN,
    /** It isn't there, or can't be used. */
    MISSING
  }

  /** The same by another name. */
  Fact named(String other) {
    return new Fact(other, state, proof, fix);
  }

  /** Whether nothing speaks against using it. */
  public boolean usable() {
    return state != State.MISSING;
  }
}
