package gate.kernel.cargo;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Whatever stands in libtest's log")
final class LogFileFuzzTest {
  private static final List<String> STATUS =
      List.of("ok", "failed", "ignored", "failed: because", "failed: two\nlines", "ignored: later");

  @Test
  void a_test_has_the_outcome_that_it_says_or_the_log_is_refused() {
    Fuzzing.run(random -> {
      Map<String, String> said = said(random);
      String log = log(said);
      assertThat(outcomes(log, said)).as(log).isEqualTo(wanted(said));
      String other =
          new String(
              Fuzzing.mutated(log.getBytes(StandardCharsets.UTF_8), random),
              StandardCharsets.UTF_8);
      Map<String, Case.Outcome> read = outcomes(other, said);
      assertThat(said.keySet()).containsAll(read.keySet());
      long named = read.keySet().stream().filter(other::contains).count();
      assertThat(named).as("nothing is said of what doesn't stand there").isEqualTo(read.size());
      Listing.parse(other).ifPresent(names -> assertThat(names).doesNotContainNull());
    });
  }

  private static Map<String, String> said(Random random) {
    Map<String, String> said = new LinkedHashMap<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      String name = "m" + random.nextInt(3) + "::" + (random.nextBoolean() ? "a b" : "t");
      said.put(name + random.nextInt(4), STATUS.get(random.nextInt(STATUS.size())));
    }
    return said;
  }

  private static String log(Map<String, String> said) {
    List<String> lines = new ArrayList<>();
    said.forEach((name, status) -> lines.add(status + " " + name));
    return String.join("\n", lines) + "\n";
  }

  private static Map<String, Case.Outcome> wanted(Map<String, String> said) {
    Map<String, Case.Outcome> wanted = new LinkedHashMap<>();
    said.forEach((name, status) ->
        wanted.put(
            name,
            status.startsWith("ok")
                ? Case.Outcome.PASSED
                : status.startsWith("failed") ? Case.Outcome.FAILED : Case.Outcome.IGNORED));
    return wanted;
  }

  private static Map<String, Case.Outcome> outcomes(String log, Map<String, String> said) {
    try {
      return LogFile.parse(log, new TreeSet<>(said.keySet()), "b").outcomes();
    } catch (Failed refused) {
      return Map.of();
    }
  }
}
