package gate.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A run's reports without what differs from run to run: times, and the run's name. */
final class Reports {
  private Reports() {}

  static String of(Path run) {
    return List.of("junit.xml", "ctrf.json", "summary.md").stream()
        .map(name -> name + "\n" + timeless(Checkout.read(run.resolve(name))))
        .collect(Collectors.joining("\n"));
  }

  private static String timeless(String text) {
    return text.replaceAll("\\d{8}T\\d{6}Z(-\\d+)?", "RUN")
        .replaceAll("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d[.0-9]*Z?", "AT")
        .replaceAll("time=\"[0-9.]+\"", "TIME")
        .replaceAll("\"(start|stop|duration)\" ?: ?[0-9]+", "TIME")
        .replaceAll("[0-9.]+ (ms|s|min)\\b", "TIME");
  }
}
