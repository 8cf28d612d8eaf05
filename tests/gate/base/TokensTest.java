package gate.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What looks like a token")
class TokensTest {
  private static final String MANY = "aB3".repeat(60);

  private static String some(int length) {
    return MANY.substring(0, length);
  }

  static Stream<Arguments> tokens() {
    String jwt = "eyJ" + some(20) + ".eyJ" + some(30) + "." + some(43);
    return Stream.of(
        Arguments.of("ghp_" + some(36), "[masked GitHub token]"),
        Arguments.of("gho_" + some(36), "[masked GitHub token]"),
        Arguments.of("ghu_" + some(36), "[masked GitHub token]"),
        Arguments.of("ghs_" + some(36), "[masked GitHub token]"),
        Arguments.of("ghr_" + some(76), "[masked GitHub token]"),
        Arguments.of("github_pat_" + some(22) + "_" + some(59), "[masked GitHub token]"),
        Arguments.of("glpat-" + some(20), "[masked GitLab token]"),
        Arguments.of("glpat-" + some(27) + ".01." + some(9), "[masked GitLab token]"),
        Arguments.of("npm_" + some(36), "[masked npm token]"),
        Arguments.of("pypi-AgEIcHlwaS5vcmc" + some(100), "[masked PyPI token]"),
        Arguments.of("AKIA" + "IOSFODNN7EXAMPLE", "[masked AWS key]"),
        Arguments.of("ASIA" + "IOSFODNN7EXAMPLE", "[masked AWS key]"),
        Arguments.of("xoxb" + "-123456789012-abcdefABCDEF", "[masked Slack token]"),
        Arguments.of("xoxe.xoxp" + "-1-" + some(30), "[masked Slack token]"),
        Arguments.of("AIza" + some(35), "[masked Google key]"),
        Arguments.of(jwt, "[masked JSON Web Token]"),
        Arguments.of(
            "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIE+/==\nx\n-----END RSA PRIVATE KEY-----",
            "[masked private key]"),
        Arguments.of(
            "Authorization: Bearer abc.DEF_123~+/==", "Authorization: Bearer [masked credentials]"),
        Arguments.of(
            "{\"authorization\": \"Basic dXNlcjpwYXNz\"}",
            "{\"authorization\": \"Basic [masked credentials]\"}"),
        Arguments.of(
            "AUTHORIZATION=basic dXNlcjpwYXNz", "AUTHORIZATION=basic [masked credentials]"),
        Arguments.of(
            "postgres://user:p:ss@host:5432/db", "postgres://user:[masked password]@host:5432/db"));
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void is_masked_wherever_it_stands(String token, String masked) {
    for (String around : new String[] {"%s", "a %s b", "'%s'", "x=%s\ny", "ä(%s)ä", "%s\n%1$s"}) {
      assertThat(Tokens.mask(around.formatted(token))).isEqualTo(around.formatted(masked));
    }
    assertThat(Tokens.mask(masked)).isEqualTo(masked);
  }

  @Test
  void is_masked_also_where_its_end_is_cut_off() {
    assertThat(Tokens.mask("a -----BEGIN PRIVATE" + " KEY-----\nMIIE\nMII"))
        .isEqualTo("a [masked private key]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ghp_short",
        "AKIAX",
        "TAKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOi",
        "npm_config_cache",
        "npm_config_userconfig_and_more_of_the_like_here",
        "pypi-server",
        "https://crates.io:443/a@b",
        "http://127.0.0.1:7001/v1/kv/a",
        "git@github.com:a/b.git",
        "Authorization: none",
        "xox-x",
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
        "ca39936c5e2b6a3d1f0e9d8c7b6a594837261504",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "flaredb-plasmavmc",
      })
  void is_not_what_only_resembles_one(String text) {
    assertThat(Tokens.mask(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eyJ",
        "eyJaaaaaaaa.",
        "://",
        "://a:",
        "ghp_a",
        "-----BEGIN ",
        "Authorization: ",
        "x"
      })
  void is_looked_for_in_time_that_grows_with_the_text_only(String piece) {
    String text = piece.repeat(4_000_000 / piece.length());
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> Tokens.mask(text));
  }
}
