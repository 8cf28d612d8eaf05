package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.Diagnostic;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A length of time")
class DurationsTest {
  @ParameterizedTest(name = "{0} is {1}")
  @DisplayName("is a number and a unit:")
  @CsvSource({
    "500ms, PT0.5S",
    "30s, PT30S",
    "5m, PT5M",
    "2h, PT2H",
    "7d, PT168H",
    "999999d, P999999D"
  })
  void good(String text, Duration length) {
    assertThat(leg(text).timeout()).isEqualTo(length);
  }

  @ParameterizedTest(name = "not {0}")
  @DisplayName("is nothing else:")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5          | has no unit: `5`; units: ms, s, m, h, d | write `5s` for seconds, or `5m` for minutes
          '"5"'      | has no unit: `5`; units: ms, s, m, h, d |
          5min       | has the unknown unit `min`; units: ms, s, m, h, d | did you mean `5m`?
          30sec      | has the unknown unit `sec`; units: ms, s, m, h, d | did you mean `30s`?
          5M         | has the unknown unit `M`; units: ms, s, m, h, d | did you mean `5m`?
          3w         | has the unknown unit `w`; units: ms, s, m, h, d |
          -5s        | can't be `-5s`, it is negative; wanted: a whole number and a unit, such as `30s` |
          1.5h       | can't be `1.5h`; wanted: a whole number and a unit, such as `30s` |
          5 s        | can't be `5 s`; wanted: a whole number and a unit, such as `30s` |
          1h30m      | can't be `1h30m`; wanted: a whole number and a unit, such as `30s` |
          soon       | can't be `soon`; wanted: a whole number and a unit, such as `30s` |
          0s         | can't be `0s`; it has to be more than nothing, without leading zeros |
          05s        | can't be `05s`; it has to be more than nothing, without leading zeros |
          1234567s   | can't be `1234567s`; at most 6 digits |
          1:30       | must be a length of time, not the number `1:30`; wanted: a whole number and a unit, such as `30s` |
          yes        | must be a length of time, not `yes`, which is true or false in YAML; wanted: a whole number and a unit, such as `30s` |
          '[5s]'     | must be a single value, not a list |
          """)
  void bad(String text, String message, String suggestion) {
    Diagnostic fault = Fixture.fault(Fixture.legs("a: { title: A, timeout: " + text + " }"));
    assertThat(fault.message()).isEqualTo("`timeout` of leg `a` " + message);
    assertThat(fault.suggestion().orElse(null)).isEqualTo(suggestion);
  }

  private static Leg leg(String timeout) {
    String yaml = Fixture.legs("a: { title: A, timeout: " + timeout + " }");
    return Fixture.load(yaml).legs().getFirst();
  }
}
