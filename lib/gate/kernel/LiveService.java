package gate.kernel;

import gate.dsl.Endpoint;
import gate.kernel.process.Child;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A service that can be used.
 *
 * @param replicas its processes; none where the user named its endpoint
 */
record LiveService(
    String name, List<String> urls, String version, String commit, List<Replica> replicas)
    implements Endpoint {

  /** One process of a service. */
  record Replica(int index, Child child, Path log) {}

  @Override
  public String url() {
    return urls.getFirst();
  }

  /** A replica that isn't running any more, as a sentence. */
  Optional<String> dead() {
    return replicas.stream()
        .filter(replica -> replica.child().exit().isDone())
        .findFirst()
        .map(replica ->
            "service `%s` ended by itself (replica %d: %s); its last lines:\n%s"
                .formatted(
                    name, replica.index(), how(replica), Texts.lastLines(replica.log(), 10)));
  }

  private static String how(Replica replica) {
    return replica
        .child()
        .exit()
        .handle((exit, lost) -> lost == null ? exit.describe() : lost.getMessage())
        .join();
  }
}
