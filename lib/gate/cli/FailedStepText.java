package gate.cli;

import gate.base.Shown;
import gate.kernel.Inspector.FailedStep;
import gate.kernel.Inspector.KeptService;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What a person is told who looks at a step that didn't pass. */
final class FailedStepText {
  private FailedStepText() {}

  /** What failed, its log, and the services that are up, with their addresses. */
  static String of(FailedStep step) {
    StringBuilder text = new StringBuilder("\n");
    text.append(
            "leg %s, step %d `%s`: ".formatted(step.leg(), step.number(), Shown.line(step.name())))
        .append(lines(step.reason()))
        .append("\nits log: ")
        .append(step.log())
        .append('\n');
    step.services().forEach(service -> text.append(service(service)));
    return text.toString();
  }

  private static String service(KeptService service) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < service.urls().size(); i++) {
      text.append("service ")
          .append(service.name())
          .append(service.urls().size() > 1 ? "[" + i + "]" : "")
          .append(" is up at ")
          .append(Shown.line(service.urls().get(i)));
      if (i < service.logs().size()) {
        Path log = service.logs().get(i);
        text.append("  log ").append(log);
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** A text of several lines, indented from the second on. */
  static String lines(String text) {
    return text.lines().map(Shown::line).collect(Collectors.joining("\n  "));
  }
}
