package gate.dsl;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command that a leg runs.
 *
 * @param argv the command and its arguments
 * @param shell the text that was meant for a shell, where one was; {@code argv} runs it
 * @param env variables beside those that every command gets
 * @param folder where it runs; relative to the definition's folder; empty: there
 * @param expect the exit codes that pass
 */
public record Command(
    List<String> argv,
    Optional<String> shell,
    Map<String, String> env,
    Optional<Path> folder,
    List<Integer> expect) {
  public Command {
    argv = List.copyOf(argv);
    env = Map.copyOf(env);
    expect = List.copyOf(expect);
  }
}
