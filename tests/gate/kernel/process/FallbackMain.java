package gate.kernel.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Walks through the fallback, and prints what it sees. */
final class FallbackMain {
  private FallbackMain() {}

  public static void main(String[] args) throws Exception {
    Ground ground = new Ground(Path.of(args[0]));
    System.out.println("limits: " + Guardian.limits().orElse("none"));
    Guardian guardian = Guardian.start();
    Spawn first =
        ground.spawn(
            Map.of("A", "1"), "/bin/sh", "-c", "echo out; echo err >&2; /usr/bin/env; exit 7");
    System.out.println(Ground.end(guardian.spawn(first)).describe());
    fail(guardian, ground.spawn("carg0"));
    fail(
        guardian,
        new Spawn(
            "step",
            first.argv(),
            Map.of(),
            ground.folder().resolve("gone"),
            ground.log(),
            Optional.empty(),
            Optional.empty()));
    Child child = guardian.spawn(ground.spawn("sh", ground.folder() + "/background"));
    Child stubborn = guardian.spawn(ground.sh("other", Ground.STUBBORN));
    ground.awaitRunning(3);
    System.out.println("swept: " + guardian.sweep(Duration.ZERO));
    stubborn.end(Duration.ofMillis(300));
    System.out.println("ended: " + Ground.end(stubborn).describe());
    Thread.sleep(200); // the `sleep 0.05` of the one that was killed may outlive it that long
    System.out.println("cleared: " + guardian.clear(Duration.ofMillis(300)));
    Ground.end(child);
    System.out.println("left: " + ground.left());
    Child last = guardian.spawn(ground.sh("other", Ground.STUBBORN));
    ground.awaitRunning(1);
    Ground.kill("KILL", guardian.pid());
    try {
      last.exit().get();
    } catch (ExecutionException e) {
      System.out.println("lost: " + (e.getCause() instanceof GuardianLost));
    }
    guardian.close();
  }

  private static void fail(Guardian guardian, Spawn spawn) {
    try {
      guardian.spawn(spawn);
    } catch (SpawnFailed e) {
      System.out.println("failed: " + e.getMessage());
    }
  }
}
