package gate.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A run's reports without what differs from run to run: times, and the run's name. */
final class Reports {
  private Reports() {}

  static String of(Path run) {
    return of(run, List.of("junit.xml", "ctrf.json", "summary.md"));
  }

  /** With the page, which also tells of other runs, and of how it was run. */
  static String withPage(Path run) {
    return of(run, List.of("junit.xml", "ctrf.json", "summary.md", "report.html"));
  }

  private static String of(Path run, List<String> names) {
    return names.stream()
        .map(name -> name + "\n" + timeless(Checkout.read(run.resolve(name))))
        .collect(Collectors.joining("\n"));
  }

  private static String timeless(String text) {
    return text.replaceAll("\\d{8}T\\d{6}Z(-\\d+)?", "RUN")
        .replaceAll("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d[.0-9]*Z?", "AT")
        .replaceAll("time=\"[0-9.]+\"", "TIME")
        .replaceAll("\"(start|stop|duration)\" ?: ?[0-9]+", "TIME")
        .replaceAll("(?s)<svg class=\"track\".*?</svg>", "TIMELINE")
        .replaceAll("<p class=\"meta\">waited for [^<]*</p>", "") // which a busy machine may not
        .replaceAll(
            "\\[(\\d+,\"(?:[^\"\\\\]|\\\\.)*\",\"[a-z ]+\",\"[A-Z]+\"),-?\\d+,", "[$1,TIME,")
        .replaceAll("[0-9.]+ (ms|s|min)\\b", "TIME");
  }
}
