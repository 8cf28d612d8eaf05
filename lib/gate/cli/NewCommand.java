package gate.cli;

import gate.base.World;
import gate.definition.Definition;
import gate.definition.DefinitionLoader;
import gate.definition.Loaded;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code matrix new}. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Adds a leg: a script to fill in, and its lines in the definition.")
final class NewCommand extends Answering {
  private static final String SCRIPT =
      """
      // What each step does stands in docs/writing-legs.md.

      step('it says hello') {
          exec('echo', 'hello')
      }
      """;

  @Mixin private Common common;

  @Parameters(paramLabel = "LEG", description = "Its name: lower-case letters, digits and -.")
  private String leg;

  NewCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() throws IOException {
    Definition definition = Project.load(world(), common.file()).definition();
    if (!leg.matches("[a-z][a-z0-9-]{0,63}")) {
      throw new Refused(
          "`%s` can't name a leg: lower-case letters, digits and `-`, beginning with a letter, at most 64"
              .formatted(leg));
    }
    if (definition.legs().stream().anyMatch(it -> it.script().equals(leg))) {
      throw new Refused(
          "there is a leg `%s` already; `matrix show %s` shows it".formatted(leg, leg));
    }
    Path script = definition.folder().resolve("legs").resolve(leg + ".groovy");
    if (Files.exists(script)) {
      throw new Refused("%s is there already; declare its leg by hand".formatted(script));
    }
    byte[] changed = withLeg(definition);
    Files.createDirectories(script.getParent());
    Files.writeString(script, SCRIPT);
    Files.write(definition.file(), changed);
    world().out().printf("%s%n%s: a leg `%s`%n", script, definition.file(), leg);
    world().out().printf("now fill in both, and try `./jbang matrix.java %s`%n", leg);
    return ExitCode.OK;
  }

  /** The definition's file with the leg after all others. */
  private byte[] withLeg(Definition definition) throws IOException {
    List<String> lines =
        new ArrayList<>(Files.readAllLines(definition.file(), StandardCharsets.UTF_8));
    String added = "%s: { title: \"What %s shows\" }".formatted(leg, leg);
    int at =
        lines.indexOf(
            lines.stream().filter(it -> it.matches("legs:\\s*(#.*)?")).findFirst().orElse(""));
    if (at >= 0) {
      int end = at + 1;
      String indent = "  ";
      for (int i = at + 1; i < lines.size() && !lines.get(i).matches("[^\\s#].*"); i++) {
        if (lines.get(i).matches("\\s+[^\\s#].*")) {
          indent = end == at + 1 ? lines.get(i).replaceFirst("\\S.*", "") : indent;
          end = i + 1;
        }
      }
      lines.add(end, indent + added);
      byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
      if (DefinitionLoader.parse(definition.file(), bytes) instanceof Loaded.Ok ok
          && ok.definition().legs().size() == definition.legs().size() + 1) {
        return bytes;
      }
    }
    throw new Refused(
        "%s isn't written in a way that `new` can extend; add this line below `legs:`, and legs/%s.groovy:%n  %s"
            .formatted(definition.file(), leg, added));
  }
}
