package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.Diagnostic;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Placeholders")
class PlaceholdersTest {
  @ParameterizedTest(name = "in {0}: {1}")
  @DisplayName("are found, and replaced:")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          127.0.0.1:{port}     | port           | 127.0.0.1:<port>
          {index}{dir}         | index,dir      | <index><dir>
          {endpoint:chain-1}/x | endpoint:chain-1 | <endpoint:chain-1>/x
          {"a":1}              | ''             | {"a":1}
          {}                   | ''             | {}
          {{port}}             | port           | {<port>}
          plain                | ''             | plain
          """)
  void filled(String text, String found, String filled) {
    assertThat(String.join(",", Placeholders.in(text))).isEqualTo(found);
    assertThat(Placeholders.fill(text, it -> "<" + it + ">")).isEqualTo(filled);
  }

  @Test
  @DisplayName("take any value as it is")
  void literally() {
    assertThat(Placeholders.fill("{dir}", _ -> "$1\\{port}")).isEqualTo("$1\\{port}");
    assertThat(Placeholders.service("endpoint:x")).contains("x");
    assertThat(Placeholders.service("port")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("that nobody knows are refused, all of them at once:")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {prt}            | `{prt}` | did you mean `{port}`?
          {PORT}           | `{PORT}` | did you mean `{port}`?
          { port }         | `{ port }` | did you mean `{port}`?
          {endpoint: x}    | `{endpoint: x}` | did you mean `{endpoint:x}`?
          {endpoint}       | `{endpoint}` | did you mean `{endpoint:SERVICE}`?
          {url:x}          | `{url:x}` | did you mean `{endpoint:x}`?
          {home}           | `{home}` |
          """)
  void unknown(String text, String shown, String suggestion) {
    Diagnostic fault =
        Fixture.fault(
            Fixture.MINIMAL
                + "workspaces: { w: { path: . } }\nservices: { x: { endpoint: X },"
                + (" y: { start: { bin: y, args: ['" + text + "', '{port}'] } } }\n"));
    assertThat(fault.message())
        .isEqualTo(
            "unknown placeholder "
                + shown
                + " in item 1 of `args` of `start` of service `y`; known: {port}, {index}, {dir},"
                + " {peers}, {endpoint:SERVICE}");
    assertThat(fault.suggestion().orElse(null)).isEqualTo(suggestion);
  }
}
