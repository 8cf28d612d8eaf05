package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.evidence.Pruning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code matrix evidence prune}. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Deletes kept runs from the working tree that no release relies on; commits that hold them"
          + " keep them."
    })
final class PruneCommand extends Answering {
  private static final int LATEST = 5;

  @Mixin private Common common;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "How many of the latest stay whatever they are for; by default 5.")
  private int latest = LATEST;

  @Option(names = "--dry-run", description = "Says what would go, and deletes nothing.")
  private boolean dry;

  PruneCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Bounds.KEEP.check(latest);
    boolean gone = false;
    for (Pruning.Decision decision :
        Pruning.decide(world(), Project.load(world(), common.file()).definition(), latest)) {
      String name = decision.folder().getFileName().toString();
      if (decision.why().isPresent()) {
        world().out().println(Shown.line("kept %s: %s".formatted(name, decision.why().get())));
      } else {
        if (!dry) {
          Pruning.delete(decision.folder());
        }
        gone = true;
        world().out().println((dry ? "would delete " : "deleted ") + name);
      }
    }
    if (gone && !dry) {
      world().err().println("commit that, to have them gone from docs/evidence");
    }
    return ExitCode.OK;
  }
}
