package gate.engine;

import gate.base.Reason;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what an engine is handed. */
public final class EngineFiles {
  /** How often a leg is sent to another machine where one breaks. */
  static final int RETRIES = 2;

  private static final String CONFIG =
      """
      // Written by `matrix run --engine nextflow`; what --engine-config names is read behind it.
      process.executor = 'local'
      process.shell = ['/bin/bash', '-eu']
      executor.exitReadTimeout = '60 s'
      executor.pollInterval = '1 s'
      executor.queueStatInterval = '2 s'
      trace { enabled = true; overwrite = true; file = 'trace.txt' }
      """;

  private EngineFiles() {}

  /**
   * Writes them.
   *
   * @param tests the digest of what is tested
   * @param env what each leg's gate finds in its environment
   * @param from where each leg's gate is called
   * @param command that gate
   * @param jobs how many legs run side by side at most; empty: as many as the engine likes
   * @throws Refused where they can't be written
   */
  public static void write(
      EngineFolder folder,
      List<FlowLeg> legs,
      String tests,
      Map<String, String> env,
      Path from,
      List<String> command,
      Optional<Integer> jobs) {
    try {
      Files.createDirectories(folder.path());
      Files.writeString(folder.flow(), Flow.text(legs, tests, RETRIES));
      Files.writeString(folder.part(), PartScript.text(legs, env, from.toString(), command));
      Files.writeString(
          folder.config(), CONFIG + jobs.map("executor.queueSize = %d\n"::formatted).orElse(""));
    } catch (IOException e) {
      throw new Refused("%s can't be written: %s".formatted(folder.path(), Reason.of(e)));
    }
  }
}
