package gate.base;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Commands as a person can paste them into a POSIX shell. */
public final class Commands {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private Commands() {}

  /** A command line; what a shell would take apart is quoted. */
  public static String line(List<String> argv) {
    return argv.stream().map(Commands::quote).collect(Collectors.joining(" "));
  }

  /** A command line with assignments before it. */
  public static String line(Map<String, String> env, List<String> argv) {
    return env.entrySet().stream()
            .map(it -> it.getKey() + "=" + quote(it.getValue()) + " ")
            .collect(Collectors.joining())
        + line(argv);
  }

  /** One word. */
  public static String quote(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
