package gate.dsl;

import java.util.List;
import java.util.Optional;

/**
 * A step that a leg's script told of.
 *
 * @param number from 1
 * @param when what it waits for
 * @param accelerator what its virtual machines ought to run on: {@code kvm}
 * @param artifacts the files that it says it writes
 * @param line where the script says so
 * @param body what it does; for one thread, within the actions that the script was given
 */
public record Step(
    int number,
    String name,
    Optional<Condition> when,
    Optional<String> accelerator,
    List<String> artifacts,
    int line,
    Runnable body) {
  public Step {
    artifacts = List.copyOf(artifacts);
  }
}
