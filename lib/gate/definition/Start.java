package gate.definition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a service is started from a workspace.
 *
 * @param workspace the workspace's name
 * @param packageName the Cargo package, where the binary's name alone doesn't tell
 * @param bin the binary
 * @param replicas how many are started
 * @param args its arguments, with {@link Placeholders}
 * @param env its environment variables, their values with {@link Placeholders}
 * @param timeout how long it may take until it is healthy
 */
public record Start(
    String workspace,
    Optional<String> packageName,
    String bin,
    int replicas,
    List<String> args,
    Map<String, String> env,
    Duration timeout) {

  public Start {
    args = List.copyOf(args);
    env = Ordered.map(env);
  }

  /** Whether anything hands it the port that it has to listen on. */
  public boolean hasPort() {
    return Stream.concat(args.stream(), env.values().stream())
        .flatMap(text -> Placeholders.in(text).stream())
        .anyMatch(word -> word.equals("port") || word.equals("peers"));
  }
}
