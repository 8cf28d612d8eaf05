package gate.kernel.cargo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gate.dsl.CargoTest;
import gate.dsl.CargoTest.Target;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What cargo tells of a workspace")
class TargetsTest {
  private static final String METADATA =
      """
      {"packages": [
        {"name": "flaredb", "targets": [
          {"kind": ["lib"], "name": "flaredb"},
          {"kind": ["bin"], "name": "flaredb-server"},
          {"kind": ["test"], "name": "failover"},
          {"kind": ["test"], "name": "rows"},
          {"kind": ["custom-build"], "name": "build-script-build"}]},
        {"name": "macros", "targets": [{"kind": ["proc-macro"], "name": "macros"}]},
        {"name": "tool", "targets": [{"kind": ["bin"], "name": "tool"}, {"kind": ["example"], "name": "shown"}]}]}
      """;

  private final Targets targets =
      new Targets(METADATA, "[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n");

  private static CargoTest test(String packageName, String kind, String name) {
    Target target =
        switch (kind) {
          case "test" -> new Target.Test(name);
          case "bin" -> new Target.Bin(name);
          case "example" -> new Target.Example(name);
          case "lib" -> new Target.Lib();
          case "doc" -> new Target.Doc();
          case "bins" -> new Target.Bins();
          default -> new Target.All();
        };
    return Workspace.target(Workspace.all(packageName), target);
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          flaredb | all | ''             | ''
          flaredb | test | failover      | ''
          flaredb | test | fail*         | ''
          flaredb | bin | flaredb-server | ''
          flaredb | lib | ''             | ''
          flaredb | doc | ''             | ''
          macros | doc | ''              | ''
          tool | example | shown         | ''
          tool | bins | ''               | ''
          serde | test | anything        | ''
          flaredb | test | failovr       | package `flaredb` has no test `failovr`; did you mean `failover`?
          flaredb | test | chaos         | package `flaredb` has no test `chaos`; there are failover, rows
          flaredb | bin | failover       | package `flaredb` has no bin `failover`; there is `flaredb-server`
          tool | test | rows             | package `tool` has no test `rows`; there are none
          tool | lib | ''                | package `tool` has no library
          tool | doc | ''                | package `tool` has no library
          flardb | all | ''              | there is no package `flardb`; did you mean `flaredb`?
          other | all | ''               | there is no package `other`; there are flaredb, macros, tool
          """)
  void says_which_tests_no_run_could_find(
      String packageName, String kind, String name, String why) {
    assertThat(targets.missing(test(packageName, kind, name)).orElse("")).isEqualTo(why);
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | tool                 | ''
          flaredb | flaredb-server  | ''
          '' | flaredb-servr        | no package has a bin `flaredb-servr`; did you mean `flaredb-server`?
          flaredb | tool            | package `flaredb` has no bin `tool`; there is `flaredb-server`
          flarebd | flaredb-server  | there is no package `flarebd`; did you mean `flaredb`?
          """)
  void says_which_binary_no_run_could_build(String packageName, String bin, String why) {
    Optional<String> named = Optional.of(packageName).filter(it -> !it.isEmpty());
    assertThat(targets.missing(named, bin).orElse("")).isEqualTo(why);
  }

  @Test
  void is_refused_where_it_is_none() {
    assertThatThrownBy(() -> new Targets("error", "")).hasMessageStartingWith("it printed no JSON");
  }
}
