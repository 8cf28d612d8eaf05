package gate.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Names")
class NamesTest {
  @ParameterizedTest(name = "{0} and {1}: {2}")
  @DisplayName("are one edit apart:")
  @CsvSource({
    "SKIP_PLASM,   SKIP_PLASMA,   true",
    "SKIP_PLASMAS, SKIP_PLASMA,   true",
    "SKIP_PLASNA,  SKIP_PLASMA,   true",
    "SKIP_LPASMA,  SKIP_PLASMA,   true",
    "DRYRUN,       DRY_RUN,       true",
    "LOGDIR,       LOG_DIR,       true",
    "dry_run,      DRY_RUN,       true",
    "Dr_Y_Run,     DRY_RUN,       true",
    "SKIP_PLASMA,  SKIP_PLASMA,   false",
    "SKIP_PLAS,    SKIP_PLASMA,   false",
    "SKIP_ALPSMA,  SKIP_PLASMA,   false",
    "PLASMA_E2E,   PLASMA_ACCEL,  false",
    "PATH,         LOG_DIR,       false",
    "A,            B,             true",
    "'',           A,             true",
    "'',           '',            false",
    "AB,           BA,            true",
    "ABC,          CA,            false"
  })
  void oneEditApart(String a, String b, boolean apart) {
    assertThat(Names.oneEditApart(a, b)).isEqualTo(apart);
    assertThat(Names.oneEditApart(b, a)).isEqualTo(apart);
  }

  @ParameterizedTest(name = "{0} is nearest to {1}")
  @DisplayName("have a nearest:")
  @CsvSource({
    "titel,        title",
    "Timeout,      timeout",
    "timout,       timeout",
    "max_age,      max-age",
    "retrys,       retries",
    "chainfire,    chainfire-flaredb",
    "xyz,          ''",
    "t,            ''",
    "'',           ''",
    "completelyoff,''"
  })
  void nearest(String typed, String nearest) {
    List<String> known = List.of("title", "timeout", "retries", "max-age", "chainfire-flaredb");
    assertThat(Names.nearest(typed, known).orElse("")).isEqualTo(nearest);
  }

  @Test
  @DisplayName("as near are taken in their order")
  void ties() {
    assertThat(Names.nearest("lab", List.of("leb", "lob", "laboratory"))).contains("leb");
  }

  @Test
  @DisplayName("that several known ones contain aren't guessed at")
  void ambiguous() {
    assertThat(Names.nearest("plasma", List.of("skip-plasma", "plasma-accel-mode"))).isEmpty();
    assertThat(Names.nearest("anything", List.of())).isEmpty();
  }

  @Test
  @DisplayName("of any length are compared in no time")
  void longOnes() {
    String endless = "x".repeat(1_000_000);
    assertThat(Names.nearest(endless, List.of(endless + "y"))).isEqualTo(Optional.empty());
    assertThat(Names.oneEditApart(endless, endless + "y")).isFalse();
  }
}
