package gate.cli;

import gate.base.Shown;
import gate.plan.Refused;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/** The numbers that options take. */
enum Bounds {
  JOBS("-j", 1, 64, "from %d to %d legs can run side by side"),
  RETRIES("--retries", 0, 5, "a leg can be tried again %d to %d times"),
  REPEAT("--repeat", 1, 1000, "a leg can be run %d to %d times"),
  SHARDS("--shards", 1, 1000, "from %d to %d shards can be made"),
  PORT("--port", 0, 65_535, "a port is from %d to %d"),
  KEEP("--keep", 1, 10_000, "from %d to %d of the latest can stay");

  private final String option;
  private final int least;
  private final int most;
  private final String sentence;

  Bounds(String option, int least, int most, String sentence) {
    this.option = option;
    this.least = least;
    this.most = most;
    this.sentence = sentence;
  }

  /** Those of an option that takes a number. */
  static Optional<Bounds> of(OptionSpec option) {
    return Arrays.stream(values())
        .filter(it -> Arrays.asList(option.names()).contains(it.option))
        .filter(_ -> option.type() == int.class || option.type() == Integer.class)
        .findFirst();
  }

  int most() {
    return most;
  }

  /**
   * Sees whether a number is within them.
   *
   * @throws Refused where it isn't
   */
  void check(int value) {
    if (value < least || value > most) {
      throw new Refused(outside(String.valueOf(value)));
    }
  }

  /** What is said of a value that isn't within them. */
  String outside(String value) {
    return "%s %s: %s".formatted(option, Shown.line(value), sentence.formatted(least, most));
  }
}
