package gate.kernel;

import gate.journal.Event;
import gate.journal.Journal;
import gate.kernel.cargo.BuildRunner;
import gate.kernel.process.Child;
import gate.kernel.process.Exit;
import gate.kernel.process.Guardian;
import gate.kernel.process.GuardianLost;
import gate.kernel.process.Spawn;
import gate.kernel.process.SpawnFailed;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/** The processes that are of no leg, with their entries in the journal. For any thread. */
final class BuildProcesses implements BuildRunner {
  private final Optional<Guardian> guardian;
  private final Journal journal;
  private final Path run;
  private final long begun;
  private final AtomicInteger number = new AtomicInteger();

  /**
   * @param guardian empty where there is nothing to build
   * @param run the run's folder
   */
  BuildProcesses(Optional<Guardian> guardian, Journal journal, Path run) {
    this.guardian = guardian;
    this.journal = journal;
    this.begun = journal.millis(); // after a resumption, numbers begin anew
    this.run = run;
  }

  @Override
  public Exit run(Spawn spawn) throws SpawnFailed {
    String id = "build#%d.%d".formatted(begun, number.incrementAndGet());
    journal.append(
        new Event.ProcessStarting(
            id, "", 0, 0, spawn.argv(), spawn.folder().toString(), log(spawn)));
    long from = journal.millis();
    String how = "its end was never seen";
    boolean ok = false;
    try {
      Child child = guardian.orElseThrow().spawn(spawn);
      journal.append(new Event.ProcessStarted(id, child.pid()));
      Exit exit = child.exit().join();
      how = exit.describe();
      ok = exit.ok();
      return exit;
    } catch (CompletionException e) {
      how = String.valueOf(e.getCause().getMessage());
      throw e.getCause() instanceof GuardianLost lost ? lost : e;
    } catch (SpawnFailed | GuardianLost e) {
      how = e.getMessage();
      throw e;
    } finally {
      journal.append(new Event.ProcessEnded(id, how, ok, journal.millis() - from));
    }
  }

  /** Empty where it prints into no log of the run's. */
  private String log(Spawn spawn) {
    Path log = spawn.err().orElse(spawn.out());
    return log.startsWith(run.resolve(RunFolder.BUILDS)) ? run.relativize(log).toString() : "";
  }
}
