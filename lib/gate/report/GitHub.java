package gate.report;

import gate.journal.Event;
import gate.journal.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * GitHub's workflow commands: groups, and annotations where something went wrong. Only what this
 * class writes begins with {@code ::}; a line of anybody else's that does is indented by a dot.
 */
final class GitHub implements Ci {
  /** It shows ten of a job's step; more are for those who read the log. */
  private static final int MOST = 50;

  private static final int LONGEST = 2_000;

  /** Blanks of any kind are skipped before one. */
  private static final Pattern COMMAND = Pattern.compile("[\\s\\h]*::");

  private final Places places;
  private final Set<String> told = new HashSet<>();
  private int count;

  GitHub(String workspace) {
    places = new Places(workspace);
  }

  @Override
  public String told(Event event, List<String> lines) {
    places.take(event);
    return switch (event) {
      case Event.CaseFinished test when test.outcome().bad() -> {
        told.add(key(test.leg(), test.attempt(), test.step()));
        told.add(key(test.leg(), test.attempt(), 0));
        yield annotation(
            "error",
            places.source(test.message() + "\n" + test.output()),
            "%s %d: case %s %s".formatted(test.leg(), test.step(), test.group(), test.name()),
            test.message().isEmpty() ? test.outcome().word() : test.message());
      }
      case Event.StepFinished step
          when bad(step.outcome())
              && !told.contains(key(step.leg(), step.attempt(), step.step())) -> {
        told.add(key(step.leg(), step.attempt(), 0));
        yield annotation(
            "error",
            places.script(step.reason()),
            "%s %d %s".formatted(step.leg(), step.step(), step.outcome().word()),
            step.reason() + (step.repeat().isEmpty() ? "" : "\nrepeat it: " + step.repeat()));
      }
      case Event.LegFinished leg
          when bad(leg.outcome()) && !told.contains(key(leg.leg(), leg.attempt(), 0)) ->
          annotation(
              "error",
              places.script(leg.reason()),
              leg.leg() + " " + leg.outcome().word(),
              leg.reason());
      case Event.BuildFinished build when !build.ok() ->
          annotation("error", "", "the build failed", build.command());
      case Event.Problem problem -> annotation("error", "", "the run", problem.text());
      case Event.InputsChanged changed ->
          annotation(
              "error", "", "what is tested changed meanwhile", String.join(", ", changed.files()));
      default -> "";
    };
  }

  private static boolean bad(Outcome outcome) {
    return outcome.bad();
  }

  private static String key(String leg, int attempt, int step) {
    return step + " " + attempt + " " + leg;
  }

  private String annotation(String level, String place, String title, String message) {
    if (count++ >= MOST) {
      return "";
    }
    String said = String.join("\n", Clean.lines(Clean.cut(message, LONGEST)));
    return "::%s %stitle=%s::%s\n"
        .formatted(level, place, property(Clean.line(title, 200)), data(said));
  }

  @Override
  public String group(
      String leg, int attempt, long at, String title, String content, boolean folded) {
    return "::group::%s\n%s::endgroup::\n".formatted(data(title), content);
  }

  @Override
  public String harmless(String line) {
    return COMMAND.matcher(line).lookingAt() ? "· " + line : line;
  }

  static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
