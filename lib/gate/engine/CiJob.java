package gate.engine;

import java.util.List;

/**
 * A job of a CI system, which runs a part of the plan.
 *
 * @param artifact what its folder is called
 * @param arguments of {@code matrix run}; nothing in them means anything to a shell
 * @param labels what its runner has to have; empty: nothing special
 * @param legs those that it runs
 */
public record CiJob(
    String name, String artifact, String arguments, List<String> labels, List<String> legs) {
  public CiJob {
    labels = List.copyOf(labels);
    legs = List.copyOf(legs);
  }
}
