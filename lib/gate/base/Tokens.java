package gate.base;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What looks like a token of a well-known kind, whether anybody declared it or not.
 *
 * <p>The formats, each by its maker's word:
 *
 * <ul>
 *   <li>GitHub, {@code ghp_}, {@code gho_}, {@code ghu_}, {@code ghs_}, {@code ghr_}, {@code
 *       github_pat_}: docs.github.com, "About authentication to GitHub: GitHub's token formats"
 *   <li>GitLab, {@code glpat-}: docs.gitlab.com, "Token overview: token prefixes"
 *   <li>npm, {@code npm_}: github.blog, "Announcing npm's new access token format" (2021)
 *   <li>PyPI, {@code pypi-}: pypi.org/help, "How can I use API tokens to authenticate with PyPI?"
 *   <li>AWS, {@code AKIA}, {@code ASIA}: docs.aws.amazon.com, IAM "Unique identifiers"
 *   <li>Slack, {@code xoxb-} and others: api.slack.com, "Token types"
 *   <li>Google, {@code AIza}: cloud.google.com, "API keys overview"
 *   <li>JSON Web Tokens: RFC 7519 and RFC 7515, both JSON objects begin with {@code {"}
 *   <li>private keys: RFC 7468
 *   <li>{@code Authorization: Bearer} and {@code Basic}: RFC 6750, RFC 7617
 *   <li>passwords in URLs: RFC 3986, 3.2.1
 * </ul>
 */
public final class Tokens {
  /**
   * @param signs one of them is in every token of the kind; they are quick to look for
   * @param pattern its group stays, the rest of a match goes
   */
  private record Kind(String name, List<String> signs, Pattern pattern) {
    Kind(String name, List<String> signs, String pattern) {
      this(name, signs, Pattern.compile(pattern));
    }

    boolean possible(String text) {
      return signs.stream().anyMatch(text::contains);
    }

    String mask(String text) {
      if (!possible(text)) {
        return text;
      }
      return pattern
          .matcher(text)
          .replaceAll(it ->
              Matcher.quoteReplacement(
                  (it.groupCount() == 0 ? "" : it.group(1)) + "[masked " + name + "]"));
    }
  }

  /**
   * One of them.
   *
   * @param at where it begins in the text
   * @param kind such as {@code GitHub token}
   */
  public record Found(int at, String kind) {}

  private static final String BEFORE = "(?<![A-Za-z0-9_])";
  private static final String AFTER = "(?![A-Za-z0-9_])";

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "private key",
              List.of("-----BEGIN "),
              "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^-]*+(?:-----END [A-Z0-9 ]{0,40}-----)?"),
          new Kind(
              "GitHub token",
              List.of("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
              BEFORE + "(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{22,244})" + AFTER),
          new Kind(
              "GitLab token",
              List.of("glpat-"),
              BEFORE + "glpat-[A-Za-z0-9_-]{20,300}(?:\\.[A-Za-z0-9_-]{1,40}){0,2}"),
          new Kind("npm token", List.of("npm_"), BEFORE + "npm_[A-Za-z0-9]{36}" + AFTER),
          new Kind("PyPI token", List.of("pypi-"), BEFORE + "pypi-[A-Za-z0-9_-]{50,1000}"),
          new Kind("AWS key", List.of("AKIA", "ASIA"), BEFORE + "A(?:KIA|SIA)[A-Z0-9]{16}" + AFTER),
          new Kind(
              "Slack token",
              List.of("xox"),
              BEFORE + "xox[a-z](?:\\.xox[a-z])?-[A-Za-z0-9-]{10,300}"),
          new Kind(
              "Google key", List.of("AIza"), BEFORE + "AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
          new Kind(
              "JSON Web Token",
              List.of("eyJ"),
              BEFORE + "eyJ[A-Za-z0-9_-]{8,}+\\.eyJ[A-Za-z0-9_-]{8,}+\\.[A-Za-z0-9_-]{8,}+"),
          new Kind(
              "credentials",
              List.of("uthorization", "UTHORIZATION"),
              "((?i:authorization)[\"']?\\s{0,4}[:=]\\s{0,4}[\"']?(?i:bearer|basic)\\s{1,4})"
                  + "[A-Za-z0-9._~+/=-]{6,}+"),
          new Kind(
              "password",
              List.of("://"),
              "(://[^\\s/:@\"'`]{0,100}:)(?!\\[masked )[^\\s/@\"'`]{1,200}(?=@)"));

  private static final Signs SIGNS =
      new Signs(KINDS.stream().flatMap(kind -> kind.signs.stream()).toList());

  private Tokens() {}

  /** A text without them, {@code [masked GitHub token]} and the like in their places. */
  public static String mask(String text) {
    if (!SIGNS.in(text)) {
      return text;
    }
    String masked = text;
    for (Kind kind : KINDS) {
      masked = kind.mask(masked);
    }
    return masked;
  }

  /** Those in a text, by their kinds and places; more than one where a place looks like several. */
  public static List<Found> in(String text) {
    List<Found> found = new ArrayList<>();
    if (!SIGNS.in(text)) {
      return found;
    }
    for (Kind kind : KINDS) {
      if (kind.possible(text)) {
        kind.pattern
            .matcher(text)
            .results()
            .forEach(it -> found.add(new Found(it.start(), kind.name)));
      }
    }
    return found;
  }
}
