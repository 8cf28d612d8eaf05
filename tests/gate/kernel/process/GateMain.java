package gate.kernel.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A gate to be killed: starts two guardians, runs on each the scripts that it is given, tells the
 * guardians' pids, and waits.
 */
final class GateMain {
  private GateMain() {}

  public static void main(String[] args) throws Exception {
    Ground ground = new Ground(Path.of(args[0]));
    List<Child> children = new ArrayList<>();
    StringBuilder pids = new StringBuilder();
    for (int i = 0; i < 2; i++) {
      Guardian guardian = Guardian.start();
      pids.append(guardian.pid()).append(' ');
      for (String script : List.of(args).subList(1, args.length)) {
        children.add(guardian.spawn(ground.spawn("sh", script)));
      }
    }
    System.out.println(pids);
    Thread.sleep(60_000);
  }
}
