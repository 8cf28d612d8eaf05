package gate.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands for something else in a service's arguments and environment: {@code {port}}, {@code
 * {index}}, {@code {dir}}, {@code {peers}} and {@code {endpoint:SERVICE}}. A loaded definition
 * holds no others; braces around anything but a word, as in JSON, are taken as they are.
 */
public final class Placeholders {
  /** The ones that are a word. */
  public static final List<String> WORDS = List.of("port", "index", "dir", "peers");

  /** Begins the one that names a service. */
  public static final String ENDPOINT = "endpoint:";

  private static final String KNOWN =
      "\\{(?:" + String.join("|", WORDS) + "|" + ENDPOINT + "[a-z][a-z0-9-]{0,63})\\}";
  private static final String ANY = "\\{ *[A-Za-z][A-Za-z0-9_-]*(?: *:[^{}\"]*)? *\\}";

  /** What a whole text without unknown placeholders matches. */
  static final String PATTERN =
      "^(?![\\s\\S]*(?!" + KNOWN + ")" + ANY + ")[^\\u0000\\ud800-\\udfff]*$";

  private static final Pattern FIND = Pattern.compile(ANY);
  private static final Pattern WHOLE = Pattern.compile(KNOWN);

  private Placeholders() {}

  /** What stands between the braces of each placeholder in the text, in its order. */
  public static List<String> in(String text) {
    if (text.indexOf('{') < 0) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    Matcher matcher = FIND.matcher(text);
    while (matcher.find()) {
      found.add(inner(matcher));
    }
    return found;
  }

  /**
   * The text with each placeholder replaced.
   *
   * @param value gives the value for what stands between the braces
   */
  public static String fill(String text, UnaryOperator<String> value) {
    if (text.indexOf('{') < 0) {
      return text;
    }
    return FIND.matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(value.apply(inner(match.group()))));
  }

  /** The service that a placeholder names, if it does. */
  public static Optional<String> service(String placeholder) {
    return placeholder.startsWith(ENDPOINT)
        ? Optional.of(placeholder.substring(ENDPOINT.length()))
        : Optional.empty();
  }

  /** Whether what stands between two braces is a placeholder. */
  static boolean isKnown(String placeholder) {
    return WHOLE.matcher("{" + placeholder + "}").matches();
  }

  private static String inner(Matcher matcher) {
    return inner(matcher.group());
  }

  private static String inner(String group) {
    return group.substring(1, group.length() - 1);
  }
}
