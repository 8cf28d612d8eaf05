package gate.cli;

import gate.base.Commands;
import gate.base.Names;
import gate.base.Shown;
import gate.base.World;
import gate.definition.BuiltIn;
import gate.engine.CiJob;
import gate.engine.CiJobs;
import gate.engine.FlowLegs;
import gate.plan.Part;
import gate.plan.Plan;
import gate.plan.Refused;
import gate.plan.Share;
import gate.plan.Toggles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What can be said of a plan's jobs. */
final class ExportOptions {
  /** The label of a runner that has to have nothing special. */
  private static final String PLAIN = "plain";

  private static final List<String> KINDS = List.of(PLAIN, FlowLegs.KVM);
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._:/@-]{0,99}");

  @Mixin private Common common;

  @Option(
      names = "--shards",
      paramLabel = "N",
      description = "A job each of N shards; without it a job each leg.")
  private Integer shards;

  @Option(names = "--durations", paramLabel = "RUN", description = "As for `matrix run --shard`.")
  private String durations;

  @Option(
      names = "--runner",
      paramLabel = "KIND=LABEL,…",
      description =
          "The runners of jobs that need KVM (KIND `kvm`), or nothing special (`plain`); can be"
              + " repeated.")
  private List<String> runners = new ArrayList<>();

  /**
   * The jobs of the plan.
   *
   * @throws Refused where there are none, or more than the system takes
   */
  List<CiJob> jobs(World world, int most, String system) {
    Project project = Project.load(world, common.file());
    Toggles toggles = project.toggles(common.set());
    List<CiJob> jobs = shards == null ? legs(project, toggles) : shards(world, project, toggles);
    if (jobs.isEmpty()) {
      throw new Refused("no leg would run; `matrix plan` says why");
    }
    if (jobs.size() > most) {
      throw new Refused(
          "%s takes at most %d of such jobs, and these are %d; make them fewer with --shards %d"
              .formatted(system, most, jobs.size(), most));
    }
    String more = more();
    return jobs.stream()
        .map(job ->
            new CiJob(job.name(), job.artifact(), job.arguments() + more, job.labels(), job.legs()))
        .toList();
  }

  /** What was said of the plan, for each job makes the same. */
  private String more() {
    List<String> words = new ArrayList<>();
    if (durations != null) {
      words.addAll(List.of("--durations", word("--durations", durations)));
    }
    common.file().ifPresent(it -> words.addAll(List.of("-f", word("-f", it.toString()))));
    common.set().stream()
        .filter(it -> !it.startsWith(BuiltIn.LOG_DIR + "=")) // each job names its own
        .forEach(it -> words.addAll(List.of("--set", word("--set", it))));
    return words.stream().map(" "::concat).collect(Collectors.joining());
  }

  private List<CiJob> legs(Project project, Toggles toggles) {
    if (durations != null) {
      throw new Refused("--durations balances shards; say how many with --shards N");
    }
    return CiJobs.legs(project.planElsewhere(toggles, new Share.All()).legs());
  }

  private List<CiJob> shards(World world, Project project, Toggles toggles) {
    Bounds.SHARDS.check(shards);
    Map<String, Long> millis =
        Durations.of(world, project.definition(), Optional.ofNullable(durations));
    Plan plan = project.planElsewhere(toggles, new Share.Shard(1, shards, millis));
    Part part = plan.part().orElseThrow();
    return CiJobs.shards(part.whole(), part.parts(), shards);
  }

  /** Jobs hand it on without quotes. */
  private static String word(String option, String text) {
    if (!Commands.quote(text).equals(text)) {
      throw new Refused(
          "%s %s: in a job it is made of letters, digits and `_@%%+=:,./-`; set a toggle as a variable of the jobs instead"
              .formatted(option, Shown.value(text)));
    }
    return text;
  }

  /** The labels of a job's runner. */
  List<String> runner(CiJob job, Map<String, List<String>> defaults) {
    Map<String, List<String>> all = new HashMap<>(defaults);
    runners.forEach(text -> add(all, text));
    return all.get(job.labels().contains(FlowLegs.KVM) ? FlowLegs.KVM : PLAIN);
  }

  private static void add(Map<String, List<String>> all, String text) {
    int at = text.indexOf('=');
    String kind = at < 0 ? text : text.substring(0, at);
    if (at < 0 || !KINDS.contains(kind)) {
      throw new Refused(
          "--runner %s: wanted is KIND=LABEL,…; kinds: %s%s"
              .formatted(
                  Shown.value(text),
                  Shown.names(KINDS),
                  Names.nearest(kind, KINDS).map("; did you mean `%s`?"::formatted).orElse("")));
    }
    List<String> labels = List.of(text.substring(at + 1).split(",", -1));
    labels.stream()
        .filter(label -> !LABEL.matcher(label).matches())
        .findFirst()
        .ifPresent(label -> {
          throw new Refused(
              "--runner %s: %s is no label; it is letters, digits, blanks and `._:/@-`"
                  .formatted(Shown.value(text), Shown.value(label)));
        });
    all.put(kind, labels);
  }
}
