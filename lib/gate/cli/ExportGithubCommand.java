package gate.cli;

import gate.base.World;
import gate.engine.CiJob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code matrix export github}. */
@Command(
    name = "github",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "As JSON for `strategy: matrix:` of a job of GitHub Actions.")
final class ExportGithubCommand extends Answering {
  private static final int MOST = 256;
  private static final Map<String, List<String>> RUNNERS =
      Map.of("plain", List.of("ubuntu-latest"), "kvm", List.of("self-hosted", "kvm"));

  @Mixin private ExportOptions options;

  ExportGithubCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    List<Map<String, Object>> jobs =
        options.jobs(world(), MOST, "GitHub").stream().map(this::fields).toList();
    world().out().println(Json.text(Map.of("include", jobs)));
    return ExitCode.OK;
  }

  private Map<String, Object> fields(CiJob job) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", job.name());
    fields.put("artifact", job.artifact());
    fields.put("arguments", job.arguments());
    fields.put("runner", options.runner(job, RUNNERS));
    fields.put("legs", String.join(" ", job.legs()));
    return fields;
  }
}
