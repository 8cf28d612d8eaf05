package gate.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("In docs/allowed-signers")
class SignersTest {
  /** RFC 8410, 10.1. */
  private static final String KEY = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

  private static final String LINE = "ada from=2026-01-01 until=2026-12-31 key=" + KEY;

  private static Signers read(String text) {
    return Signers.of(Optional.of(text.getBytes(StandardCharsets.UTF_8)), "docs/allowed-signers");
  }

  @Test
  void a_line_is_a_signer_and_its_words_may_stand_in_any_order() {
    Signers signers =
        read("# who\n\n  \nada key=" + KEY + "  until=2026-12-31\tfrom=2026-01-01 \r\n");
    assertThat(signers.signers()).hasSize(1);
    Signers.Signer ada = signers.signers().getFirst();
    assertThat(ada.line()).isEqualTo(LINE);
    assertThat(signers.byKeyId(ada.keyId())).contains(ada);
    assertThat(signers.byKeyId("0")).isEmpty();
  }

  @Test
  void nobody_stands_where_there_is_no_file() {
    assertThat(Signers.of(Optional.empty(), "x").signers()).isEmpty();
  }

  @ParameterizedTest(name = "signed at {0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "2025-12-31T23:59:59Z|counts from 2026-01-01",
        "2026-01-01T00:00:00Z|",
        "2026-12-31T23:59:59Z|",
        "2027-01-01T00:00:00Z|until 2026-12-31",
      })
  void days_are_included(Instant at, String fault) {
    Optional<String> found = read(LINE).signers().getFirst().fault(at);
    assertThat(found.orElse("")).contains(fault == null ? "" : fault);
    assertThat(found.isPresent()).isEqualTo(fault != null);
  }

  @Test
  void a_revoked_key_never_counts() {
    Signers.Signer ada = read(LINE + " revoked=2026-06-01").signers().getFirst();
    assertThat(ada.fault(Instant.parse("2026-02-01T00:00:00Z")))
        .hasValueSatisfying(it -> assertThat(it).contains("revoked on 2026-06-01"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ada|`from=` is missing",
        "ada from=2026-01-01 until=2026-12-31|`key=` is missing",
        "ada from=1.1.2026 until=2026-12-31 key=K|`from=` is `1.1.2026`; write a day",
        "ada from=2026-01-01 until=2026-12-31 key=AAAA|`key=` is no public key",
        "ada from=2026-01-01 until=2025-12-31 key=K|`until` is before `from`",
        "ada from=2026-01-01 from=2026-01-01 until=2026-12-31 key=K|`from=` stands there twice",
        "ada form=2026-01-01 until=2026-12-31 key=K|did you mean `from=`?",
        "ada from=2026-01-01 until=2026-12-31 key=K revokd=2026-01-01|did you mean `revoked=`?",
        "from=2026-01-01 until=2026-12-31 key=K|is no name",
        "ada! from=2026-01-01 until=2026-12-31 key=K|is no name",
      })
  void a_fault_is_told_with_its_line(String line, String fault) {
    assertThatThrownBy(() -> read("# one\n" + line.replace("key=K", "key=" + KEY) + "\n"))
        .isInstanceOf(EvidenceRefused.class)
        .hasMessageStartingWith("docs/allowed-signers:2: ")
        .hasMessageContaining(fault);
  }

  @Test
  void all_faults_are_told_at_once_and_a_key_has_one_owner() {
    assertThatThrownBy(() -> read(LINE + "\nbob\n" + LINE.replace("ada", "eve") + "\n"))
        .hasMessageContaining(":2: ")
        .hasMessageContaining(":3: the key is that of ada already");
  }
}
