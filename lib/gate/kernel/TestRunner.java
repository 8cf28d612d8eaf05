package gate.kernel;

import gate.dsl.CargoTest;
import gate.dsl.StepFailed;
import java.nio.file.Path;
import java.util.Map;

/** Hands a leg's Cargo tests to the engine, and its answer to the journal. */
final class TestRunner {
  static String line(CargoTest test, Path workspace) {
    return "cargo test " + test + workspace;
  }

  void run(
      CargoTest test,
      Path workspace,
      Map<String, String> env,
      LegWork work,
      int step,
      String log,
      Path temp) {
    throw new StepFailed("not yet");
  }
}
