package gate.engine;

/** What an engine tells of its work. */
public sealed interface News {
  /**
   * A leg was sent to a machine.
   *
   * @param folder the beginning of its folder's name below the engine's work folder
   */
  record Sent(String leg, String folder, boolean again) implements News {}

  /** A leg had come to its end before the engine was resumed. */
  record Kept(String leg) implements News {}

  /**
   * A leg's machine failed, not the leg.
   *
   * @param givenUp whether no other machine tries
   */
  record Broke(String leg, String why, boolean givenUp) implements News {}

  /** A leg came to its end, whatever that was, and its part is there. */
  record Ended(String leg) implements News {}
}
