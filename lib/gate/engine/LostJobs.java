package gate.engine;

import gate.base.Reason;
import gate.host.Runner;
import gate.kernel.Leftovers.Told;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What a cluster still runs of a flow whose head is gone. Only what works in the flow's own folder
 * is touched. Whoever asks holds the run's lock.
 */
public final class LostJobs {
  private final EngineFolder engine;
  private final boolean really;
  private final List<String> cleared = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();

  private LostJobs(EngineFolder engine, boolean really) {
    this.engine = engine;
    this.really = really;
  }

  /**
   * Cancels them.
   *
   * @param runner asked for only where there may be some
   * @param really whether it is done, and not only told
   */
  public static Told end(EngineFolder engine, Supplier<Runner> runner, boolean really) {
    LostJobs lost = new LostJobs(engine, really);
    try {
      Map<String, List<Job>> jobs =
          Job.of(engine).stream()
              .collect(Collectors.groupingBy(Job::cluster, TreeMap::new, Collectors.toList()));
      jobs.forEach((cluster, them) -> {
        if (cluster.equals(Job.SLURM)) {
          lost.slurm(new Slurm(runner.get(), engine.work()), them);
        } else {
          lost.byHand(cluster, them);
        }
      });
    } catch (IOException e) {
      lost.failed.add("jobs: %s can't be read: %s".formatted(engine.path(), Reason.of(e)));
    }
    return new Told(List.copyOf(lost.cleared), List.copyOf(lost.failed));
  }

  private void slurm(Slurm slurm, List<Job> jobs) {
    try {
      Map<String, String> found = slurm.jobs();
      if (really && !found.isEmpty()) {
        slurm.cancel(found);
      }
      found.forEach((id, folder) -> cleared.add("Slurm's job %s (%s)".formatted(id, folder)));
    } catch (Slurm.Failed e) {
      failed.add(
          "%s, which may run still: %s; ask again where Slurm's commands are, or cancel with `%s` and delete %s"
              .formatted(named(jobs), e.getMessage(), command(Job.SLURM, jobs), folders(jobs)));
    }
  }

  private void byHand(String cluster, List<Job> jobs) {
    failed.add(
        "%s, which may run still, and are not for the gate to cancel: do it with `%s`, and then %s"
            .formatted(
                named(jobs),
                command(cluster, jobs),
                cluster.equals(Job.AWS)
                    ? "start another run"
                    : "delete %s".formatted(folders(jobs))));
  }

  private static String named(List<Job> jobs) {
    return "%s's jobs %s"
        .formatted(
            jobs.getFirst().cluster(),
            jobs.stream()
                .map(it -> it.id().orElse("of an unknown id"))
                .collect(Collectors.joining(", ")));
  }

  private static String command(String cluster, List<Job> jobs) {
    String ids =
        jobs.stream().map(Job::id).flatMap(Optional::stream).collect(Collectors.joining(" "));
    return switch (cluster) {
          case Job.SLURM -> "scancel ";
          case "PBS", "PBSPRO", "SGE", "NQSII" -> "qdel ";
          case "LSF" -> "bkill ";
          case Job.KUBERNETES -> "kubectl delete pod ";
          case Job.AWS -> "aws batch terminate-job --reason lost --job-id ";
          default -> "your cluster's command for ";
        }
        + (ids.isEmpty() ? "ID…" : ids);
  }

  private static String folders(List<Job> jobs) {
    return jobs.stream().map(Job::folder).collect(Collectors.joining(" "));
  }
}
