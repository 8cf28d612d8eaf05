package gate.report;

import gate.journal.Event;
import gate.journal.Outcome;
import java.util.List;

/** GitLab's job logs: sections. An escape code begins each, and no line of ours has one. */
final class GitLab implements Ci {
  private static final String ERASE = "\u001B[0K";

  @Override
  public String told(Event event, List<String> lines) {
    boolean wrong =
        switch (event) {
          case Event.CaseFinished test -> test.outcome().bad();
          case Event.StepFinished step -> step.outcome() != Outcome.PASSED && step.outcome().bad();
          default -> false;
        };
    return wrong ? String.join("\n", lines) + "\n" : "";
  }

  @Override
  public String group(
      String leg, int attempt, long at, String title, String content, boolean folded) {
    String name = "leg_%s_%d".formatted(leg.replaceAll("[^A-Za-z0-9_.-]", "_"), attempt);
    return "%ssection_start:%d:%s%s\r%s%s\n%s%ssection_end:%d:%s\r%s\n"
        .formatted(
            ERASE,
            at,
            name,
            folded ? "[collapsed=true]" : "",
            ERASE,
            title,
            content,
            ERASE,
            at,
            name,
            ERASE);
  }

  @Override
  public String harmless(String line) {
    return line;
  }
}
