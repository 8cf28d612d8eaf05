package gate.engine;

import gate.plan.Plan.Decision;
import gate.plan.Plan.PlannedLeg;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A plan as the jobs of a CI system. */
public final class CiJobs {
  private CiJobs() {}

  /** A job each leg that runs. */
  public static List<CiJob> legs(List<PlannedLeg> legs) {
    List<CiJob> jobs = new ArrayList<>();
    for (PlannedLeg leg : running(legs)) {
      String id = leg.leg().id();
      jobs.add(
          new CiJob(
              "leg " + id,
              artifact(jobs.size() + 1),
              "--part " + id,
              FlowLegs.labels(leg),
              List.of(id)));
    }
    return jobs;
  }

  /**
   * A job each shard.
   *
   * @param shards the shard of each leg, from 1
   */
  public static List<CiJob> shards(List<PlannedLeg> legs, List<Integer> shards, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(shard -> {
          List<PlannedLeg> own =
              running(
                  IntStream.range(0, legs.size())
                      .filter(i -> shards.get(i) == shard)
                      .mapToObj(legs::get)
                      .toList());
          String number = shard + "/" + count;
          return new CiJob(
              "shard " + number,
              artifact(shard),
              "--shard " + number,
              own.stream().flatMap(leg -> FlowLegs.labels(leg).stream()).distinct().toList(),
              own.stream().map(leg -> leg.leg().id()).toList());
        })
        .toList();
  }

  private static String artifact(int number) {
    return "part-" + number;
  }

  private static List<PlannedLeg> running(List<PlannedLeg> legs) {
    return legs.stream().filter(leg -> leg.decision() == Decision.RUN).toList();
  }
}
