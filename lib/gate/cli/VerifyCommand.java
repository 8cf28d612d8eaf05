package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.evidence.EvidenceFolder;
import gate.evidence.Kept;
import gate.evidence.Verified;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix evidence verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks kept runs: hashes, signature and signer, whether all legs are there, and whether the"
          + " reports follow from the journal."
    })
final class VerifyCommand extends Answering {
  @Mixin private Common common;

  @Parameters(
      paramLabel = "RUN|DIR",
      arity = "0..1",
      description = "A run's name, or a kept run's folder; by default all that are kept.")
  private String run;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  VerifyCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Path definition = Project.load(world(), common.file()).definition().folder();
    Path signers = definition.resolve(EvidenceFolder.SIGNERS);
    List<Path> folders =
        run == null ? Kept.all(definition) : List.of(Runs.kept(definition, world().folder(), run));
    boolean right = !folders.isEmpty(); // nothing that was looked at is nothing that is right
    List<Map<String, Object>> told = new ArrayList<>();
    for (Path folder : folders) {
      Verified kept = Kept.verify(world(), folder, signers, Version.GATE);
      right &= kept.faults().isEmpty();
      if (json) {
        told.add(fields(kept));
      } else {
        print(kept);
      }
    }
    if (json) {
      world().out().println(Json.text(told));
    } else if (folders.isEmpty()) {
      world().err().println("no run is kept yet; `matrix evidence promote` keeps one");
    }
    return right ? ExitCode.OK : ExitCode.NOT_ALLOWED;
  }

  private void print(Verified kept) {
    world()
        .out()
        .printf(
            "%-4s %s  %s%n",
            kept.faults().isEmpty() ? "ok" : "bad", kept.name(), Shown.line(kept.told()));
    kept.faults().forEach(fault -> world().out().println("     " + Shown.line(fault)));
  }

  private static Map<String, Object> fields(Verified kept) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("evidence", kept.folder().toString());
    fields.put("right", kept.faults().isEmpty());
    fields.put("told", kept.told());
    fields.put("faults", kept.faults());
    return fields;
  }
}
