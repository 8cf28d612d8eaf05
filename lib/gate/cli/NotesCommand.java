package gate.cli;

import gate.base.World;
import gate.evidence.EvidenceFolder;
import gate.evidence.EvidenceRefused;
import gate.evidence.Kept;
import gate.evidence.Notes;
import gate.evidence.Verified;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code matrix evidence notes}. */
@Command(
    name = "notes",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prints what release notes say of a kept run, in Markdown, and what changed since the one"
          + " before."
    })
final class NotesCommand extends Answering {
  @Mixin private Common common;

  @Parameters(
      paramLabel = "RUN|DIR",
      arity = "0..1",
      description = "A run's name, or a kept run's folder; by default the latest.")
  private String run;

  NotesCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Path definition = Project.load(world(), common.file()).definition().folder().toAbsolutePath();
    List<Path> all = Kept.all(definition);
    if (run == null && all.isEmpty()) {
      throw new EvidenceRefused("no run is kept yet; `matrix evidence promote` keeps one");
    }
    Path folder = run == null ? all.getFirst() : Runs.kept(definition, world().folder(), run);
    Verified kept = verified(definition, folder);
    if (!kept.faults().isEmpty()) {
      List<String> faults = new ArrayList<>(List.of(kept.name() + " can't be quoted:"));
      faults.addAll(kept.faults());
      throw new EvidenceRefused(faults);
    }
    Optional<Verified> before =
        all.stream()
            .filter(it -> it.getFileName().compareTo(folder.getFileName()) < 0)
            .findFirst()
            .map(it -> verified(definition, it));
    Path shown =
        folder.toAbsolutePath().startsWith(definition)
            ? definition.relativize(folder.toAbsolutePath())
            : folder;
    print(gate.base.Secrets.NONE, out -> out.print(Notes.of(kept, shown, before)));
    return ExitCode.OK;
  }

  private Verified verified(Path definition, Path folder) {
    return Kept.verify(world(), folder, definition.resolve(EvidenceFolder.SIGNERS), Version.GATE);
  }
}
