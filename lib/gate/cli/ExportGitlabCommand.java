package gate.cli;

import gate.base.World;
import gate.engine.CiJob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code matrix export gitlab}. */
@Command(
    name = "gitlab",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "As YAML: a job each, for a child pipeline of GitLab that includes docs/ci/gitlab-part.yml."
    })
final class ExportGitlabCommand extends Answering {
  private static final int MOST = 500;
  private static final Map<String, List<String>> RUNNERS =
      Map.of("plain", List.of(), "kvm", List.of("kvm"));

  @Mixin private ExportOptions options;

  ExportGitlabCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Map<String, Object> jobs = new LinkedHashMap<>();
    options.jobs(world(), MOST, "GitLab").forEach(job -> jobs.put(job.name(), fields(job)));
    DumperOptions style = new DumperOptions();
    style.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    style.setSplitLines(false);
    world().out().print("# Written by `matrix export gitlab`.\n" + new Yaml(style).dump(jobs));
    return ExitCode.OK;
  }

  private Map<String, Object> fields(CiJob job) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("extends", ".matrix-part");
    List<String> tags = options.runner(job, RUNNERS);
    if (!tags.isEmpty()) {
      fields.put("tags", tags);
    }
    fields.put(
        "variables", new TreeMap<>(Map.of("ARGUMENTS", job.arguments(), "PART", job.artifact())));
    return fields;
  }
}
