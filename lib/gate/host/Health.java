package gate.host;

/** What a service's health check came to. */
public sealed interface Health {
  /**
   * It is healthy.
   *
   * @param version as it says itself, or {@code unknown}
   * @param commit as it says itself, or {@code unknown}
   */
  record Healthy(String version, String commit) implements Health {}

  /**
   * It isn't, or nobody can tell.
   *
   * @param level in two words or three, such as {@code name unknown}
   * @param why a sentence's worth
   */
  record Not(String level, String why) implements Health {
    /** Of a server that answers what it was asked, but not as a healthy one does. */
    public static final String UNHEALTHY = "unhealthy";

    /** Whether it may be the question that is wrong. */
    public boolean answered() {
      return level.equals(UNHEALTHY) || level.equals("something else");
    }
  }
}
