package gate.cli;

import gate.base.Commands;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of every command that reads the definition. */
final class Common {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The definition; by default matrix.yaml beside matrix.java.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "TOGGLE=VALUE",
      description = "Sets a toggle, whatever the environment says; can be repeated.")
  private List<String> set = new ArrayList<>();

  Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  /** What a command needs behind it to be about the same definition; begins with a blank. */
  String again() {
    return file().map(it -> " -f " + Commands.quote(it.toString())).orElse("");
  }

  List<String> set() {
    return List.copyOf(set);
  }

  /** The same for a dry run, to which what the host lacks is no fault. */
  List<String> dry() {
    List<String> dry = new ArrayList<>(set);
    if (set.stream().noneMatch(it -> it.startsWith("DRY_RUN="))) {
      dry.add("DRY_RUN=1");
    }
    return List.copyOf(dry);
  }
}
