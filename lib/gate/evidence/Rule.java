package gate.evidence;

/**
 * One thing that a release asks for.
 *
 * @param rule its name
 * @param passed whether it is met
 * @param why what was found, one sentence
 * @param fix what to do where it isn't met, or empty
 */
public record Rule(String rule, boolean passed, String why, String fix) {
  static Rule passed(String rule, String why) {
    return new Rule(rule, true, why, "");
  }

  static Rule failed(String rule, String why, String fix) {
    return new Rule(rule, false, why, fix);
  }
}
