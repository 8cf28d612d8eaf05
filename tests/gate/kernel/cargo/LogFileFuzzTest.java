package gate.kernel.cargo;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import gate.fuzz.Jazzer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Whatever stands in libtest's log")
public final class LogFileFuzzTest {
  private static final List<String> STATUS =
      List.of("ok", "failed", "ignored", "failed: because", "failed: two\nlines", "ignored: later");

  @TempDir Path temp;

  @Test
  void a_test_has_the_outcome_that_it_says_or_the_log_is_refused()
      throws IOException, InterruptedException {
    Jazzer.fuzz(
        LogFileFuzzTest.class,
        List.of(
            "ok m0::t1\nfailed: two\nlines m1::a b2\nignored m2::t0\n\3\2\1\0\1\2\3"
                .getBytes(StandardCharsets.UTF_8)),
        temp);
  }

  /** What tests are there and what became of them, and then a log of anything. */
  public static void fuzzerTestOneInput(FuzzedDataProvider data) {
    Map<String, String> said = said(data);
    String log = log(said);
    assertThat(outcomes(log, said)).as(log).isEqualTo(wanted(said));
    String other = new String(data.consumeRemainingAsBytes(), StandardCharsets.UTF_8);
    Map<String, Case.Outcome> read = outcomes(other, said);
    assertThat(said.keySet()).containsAll(read.keySet());
    long named = read.keySet().stream().filter(other::contains).count();
    assertThat(named).as("nothing is said of what doesn't stand there").isEqualTo(read.size());
    Listing.parse(other).ifPresent(names -> assertThat(names).doesNotContainNull());
  }

  private static Map<String, String> said(FuzzedDataProvider data) {
    Map<String, String> said = new LinkedHashMap<>();
    for (int i = data.consumeInt(0, 5); i >= 0; i--) {
      String name = "m" + data.consumeInt(0, 2) + "::" + (data.consumeBoolean() ? "a b" : "t");
      said.put(name + data.consumeInt(0, 3), data.pickValue(STATUS));
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
