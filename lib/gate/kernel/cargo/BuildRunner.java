package gate.kernel.cargo;

import gate.kernel.process.Exit;
import gate.kernel.process.GuardianLost;
import gate.kernel.process.Spawn;
import gate.kernel.process.SpawnFailed;

/** Runs what builds, and what it asks the toolchain, to its end; called by any thread. */
@FunctionalInterface
public interface BuildRunner {
  /**
   * How it ended.
   *
   * @throws SpawnFailed when it can't be started
   * @throws GuardianLost when what runs it died first
   */
  Exit run(Spawn spawn) throws SpawnFailed;
}
