package gate.base;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Commands as a person can paste them into a POSIX shell. */
public final class Commands {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private Commands() {}

  /** A command line; what a shell would take apart is quoted. */
  public static String line(List<String> argv) {
    StringJoiner line = new StringJoiner(" ");
    argv.forEach(word -> line.add(quote(word)));
    return line.toString();
  }

  /** A command line with assignments before it. */
  public static String line(Map<String, String> env, List<String> argv) {
    StringBuilder line = new StringBuilder();
    env.forEach((name, value) -> line.append(name).append('=').append(quote(value)).append(' '));
    return line.append(line(argv)).toString();
  }

  /** One word. */
  public static String quote(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
